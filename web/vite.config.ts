import { defineConfig } from 'vite';

/** Builds the page into a handful of files that a strict content security policy can name. */
export default defineConfig({
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // Both would put a script or an image into the page itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
