/** Numbers as text, as the report writes them. */

import type { Quantity } from './types';

const THIN = '\u202f';

/** A number with about three digits; a dash where there is none. */
export function written(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 10 ** digits) return plain(value).replace('-', '−');
  const whole = size < 1 ? 0 : Math.floor(Math.log10(size));
  const small = size > 0 && size < 0.1 ? -Math.floor(Math.log10(size)) - 1 : 0; // zeros after the point: 0.004 is not +0.00
  const places = Math.min(size >= 10 ** (digits - 1) ? 0 : Math.max(digits - 1 - whole, 0) + small, 4);
  const [head = '', tail] = size.toFixed(places).split('.');
  const sign = value < 0 && Number(size.toFixed(places)) > 0 ? '−' : '';
  return sign + head.replace(/\B(?=(\d{3})+$)/g, THIN) + (tail ? `.${tail}` : '');
}

/** A change with its sign; nothing where it rounds to none. */
export function change(now: number, before: number): string {
  const difference = now - before;
  if (Math.abs(difference) < 5e-4 * Math.max(Math.abs(before), 1e-9)) return '';
  return (difference > 0 ? '+' : '') + written(difference);
}

export const unit = (text: string): string => (text === '-' ? '' : text).replace('/100km', '/100\u202fkm').replace('EUR', '€').replace(/€\d{4}/, '€');

export const span = (q: Quantity): string => (q.low === null || q.high === null ? '' : `${written(q.low)} .. ${written(q.high)}`);

/** The number at the start of "300 mm". */
export function leading(text: string | undefined): number | null {
  const found = /^\s*[-+]?[0-9]*\.?[0-9]+(?:e[-+]?\d+)?/i.exec(text ?? '');
  return found ? Number(found[0]) : null;
}

/** A number as it is, its thousands apart. */
export const plain = (value: number): string => {
  const [head = '', tail] = String(tidy(value)).split('.');
  return head.replace(/\B(?=(\d{3})+$)/g, THIN) + (tail ? `.${tail}` : '');
};

/** A number without the noise of binary fractions. */
export const tidy = (value: number): number => Number(value.toFixed(3));

export const KIND_COLOURS: Record<string, string> = {
  petrol: '#9f6060', diesel: '#8d6f35', mhev: '#a246b9', hev: '#8f9816', phev: '#099aa5', bev: '#475ef5',
};

/** A time as the user's calendar writes it. */
export const moment = (iso: string): string => {
  const found = new Date(iso);
  return Number.isNaN(found.getTime()) ? iso : found.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
};
