// A start of `up`, reduced to its claim of a data folder: claims when told, and says what came of it.
import { claim } from '../../src/servers/data-folder/data-folder.ts'

let release = (): void => {}

process.on('message', (folder: string | null) => {
  if (folder === null) {
    release()
    process.send?.('released')
    return
  }
  try {
    release = claim(folder)
    process.send?.('owner')
  } catch (error) {
    release = () => {}
    process.send?.(error instanceof Error ? error.message : String(error))
  }
})
process.on('disconnect', () => process.exit())
