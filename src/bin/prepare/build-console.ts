// Builds the browser's pages into dist/console.
import { buildConsole } from './console-build.ts'

try {
  await buildConsole()
  console.log('built: dist/console')
} catch (error) {
  console.error(`cannot build the console: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
