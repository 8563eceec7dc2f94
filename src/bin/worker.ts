// Everything but HTTP: journal, dialler, alarms, sweepers. On servers that already run.
import { runPart } from './run-part.ts'

await runPart('background')
