import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// One script and one style sheet with fixed names: Python puts them into the report and the studio.
export default defineConfig({
  plugins: [svelte()],
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    target: 'es2022',
    outDir: '../src/wheelbase/report/static',
    emptyOutDir: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 2400,
    lib: { entry: 'src/main.ts', name: 'wheelbase', formats: ['iife'], fileName: () => 'wheelbase.js', cssFileName: 'wheelbase' },
  },
});
