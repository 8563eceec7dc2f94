import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { whoseFaultPage } from '../../dialler/legs/whose-fault-page.ts'

const file = fileURLToPath(new URL('../../../docs/whose-fault.md', import.meta.url))
writeFileSync(file, whoseFaultPage())
console.log(`written: ${file}`)
