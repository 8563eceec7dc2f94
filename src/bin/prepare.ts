// Makes the machine ready for the tests: packages and Asterisk. Nothing of it is started here.
import { serviceNeeds, testNeeds } from '../servers/packages.ts'
import { cacheFolder, prepareMachine } from './prepare-machine.ts'
import { createProgress } from './progress.ts'

try {
  await prepareMachine({
    progress: createProgress(),
    needs: [...serviceNeeds(cacheFolder()), ...testNeeds],
    wantAsterisk: true,
    mayInstall: !process.argv.includes('--no-install')
  })
} catch (error) {
  console.error(`cannot prepare the tests: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
