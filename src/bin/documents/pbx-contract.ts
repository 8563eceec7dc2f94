import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pbxContractPage } from '../../pbx/contract-page.ts'

const file = fileURLToPath(new URL('../../../docs/pbx-contract.md', import.meta.url))
writeFileSync(file, pbxContractPage())
console.log(`written: ${file}`)
