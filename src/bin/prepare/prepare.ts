// Makes the machine ready for the tests: packages, Asterisk, the console's pages. Starts none of it.
import '../load-env.ts'
import { ensureConsole } from './console-build.ts'
import { serviceNeeds, testNeeds } from '../../servers/machine/packages.ts'
import { cacheFolder, prepareMachine } from './prepare-machine.ts'
import { createProgress } from './progress.ts'

try {
  const progress = createProgress()
  await prepareMachine({
    progress,
    needs: [...serviceNeeds(cacheFolder()), ...testNeeds],
    wantAsterisk: true,
    mayInstall: !process.argv.includes('--no-install')
  })
  await progress.step('console', ensureConsole)
} catch (error) {
  console.error(`cannot prepare the tests: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
