/** The columns of the table of variants; a figure that comes in two units has a column for each. */

import type { Bill, Quantity, Variant } from '../types';

type Car = [string, Variant];
export interface Column { key: string; label: string; unit: string; read: (car: Car, bills: Record<string, Bill>) => Quantity | undefined }

const FIGURES: [string, string][] = [
  ['battery_fit', 'battery that fits'], ['battery_gross', 'battery for the range'], ['range_wltp', 'range'],
  ['consumption_wltp', 'consumption'], ['co2_wltp', 'CO2'], ['curb_mass', 'curb mass'],
  ['acceleration_0_100', '0 to 100 km/h'], ['top_speed', 'top speed'], ['charge_10_80', '10 to 80 % charge'],
  ['boot', 'boot'],
  ['usable_length', 'usable length'], ['couple_distance', 'room between the rows'],
];

export function columnsOf(cars: Car[], bills: Record<string, Bill>): Column[] {
  const found = FIGURES.flatMap(([name, label]) => {
    const units = [...new Set(cars.map(([, v]) => v.figures[name]?.unit).filter((u) => u !== undefined))];
    return units.map((unit): Column => ({
      key: `${name} ${unit}`, label, unit,
      read: ([, v]) => (v.figures[name]?.unit === unit ? v.figures[name] : undefined),
    }));
  });
  const priced = cars.map(([id]) => bills[id]?.total).find(Boolean);
  if (priced) found.push({ key: 'cost', label: 'direct cost', unit: priced.unit, read: ([id], all) => all[id]?.total });
  return found;
}
