import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The service the development server stands before. */
const service = process.env.CONSOLE_SERVICE || 'http://127.0.0.1:9620'

/** The console is built into dist/console and served by the service itself; nothing is fetched from elsewhere. */
export default defineConfig({
  root: 'src/console',
  plugins: [react()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1200
  },
  server: {
    host: '127.0.0.1',
    // the pages' own modules below api/ are not the service's
    proxy: { '^/api/(?!.*\\.tsx?($|\\?))': service, '/openapi.json': service }
  }
})
