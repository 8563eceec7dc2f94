import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** The service the development server stands before. */
const service = process.env.CONSOLE_SERVICE || 'http://127.0.0.1:9620'

/** Writes every built text file a second and third time, as brotli and as gzip: the service sends them as they lie there. */
function compressed (): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle ({ dir }) {
      const folder = dir ?? ''
      const names = (await readdir(folder, { recursive: true })).filter(name => /\.(js|css|html|svg)$/.test(name))
      await Promise.all(names.map(async name => {
        const file = join(folder, name)
        const text = await readFile(file)
        if (text.length < 1024) return
        await writeFile(
          `${file}.br`,
          await promisify(brotliCompress)(text, {
            params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
          })
        )
        await writeFile(`${file}.gz`, await promisify(gzip)(text))
      }))
    }
  }
}

/** The console is built into dist/console and served by the service itself; nothing is fetched from elsewhere. */
export default defineConfig({
  root: 'src/console',
  plugins: [react(), compressed()],
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
