/** One script, twice: a page with results in it is a report, any other is the studio. */

import '../../src/wheelbase/report/static/drawing.css';
import './styles/page.css';
import './styles/studio.css';
import { mount } from 'svelte';
import { mountReport } from './report';
import { adoptToken } from './studio/api';
import App from './studio/App.svelte';
import { held } from './studio/held';
import type { Embedded } from './types';

const embedded = document.getElementById('wheelbase-data');
const app = document.getElementById('app');
if (embedded?.textContent) mountReport(document.body, JSON.parse(embedded.textContent) as Embedded);
else if (app) {
  const theme = held('wheelbase-theme');
  if (theme) document.documentElement.dataset.theme = theme;
  adoptToken();
  mount(App, { target: app });
}
