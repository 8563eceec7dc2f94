import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dialPermissionPage } from '../../dialler/permission/dial-permission-page.ts'

const file = fileURLToPath(new URL('../../../docs/dial-permission.md', import.meta.url))
writeFileSync(file, dialPermissionPage())
console.log(`written: ${file}`)
