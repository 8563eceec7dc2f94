import { existsSync } from 'node:fs'

// A file .env in the working folder, if there is one; the environment itself takes precedence.
if (existsSync('.env')) process.loadEnvFile('.env')
