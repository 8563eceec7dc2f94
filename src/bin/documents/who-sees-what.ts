import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { visibilityPage } from '../../access/visibility-page.ts'

const file = fileURLToPath(new URL('../../../docs/who-sees-what.md', import.meta.url))
writeFileSync(file, visibilityPage())
console.log(`written: ${file}`)
