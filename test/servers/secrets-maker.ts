// A start of any part of the service, reduced to its secrets: reads or makes them when told, and says which data key it has.
import { keepSecrets } from '../../src/servers/data-folder/secrets.ts'

process.on('message', (folder: string) => {
  try {
    process.send?.(keepSecrets(folder).dataKey)
  } catch (error) {
    process.send?.(error instanceof Error ? error.message : String(error))
  }
})
process.on('disconnect', () => process.exit())
