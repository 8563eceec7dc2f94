import { existsSync } from 'node:fs'

// A file .env in the working folder, where there is one; what is set in the environment itself wins.
if (existsSync('.env')) process.loadEnvFile('.env')
