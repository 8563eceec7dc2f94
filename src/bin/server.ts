// HTTP only, on servers that already run; for spreading over processes or machines.
import { runPart } from './run-part.ts'

await runPart('http')
