import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { findAsterisk } from '../asterisk/asterisk-image.ts'
import { findPostgres, minPostgres } from '../postgres.ts'
import { findRedis, minRedis } from '../redis.ts'

const run = promisify(execFile)

/** Something the distribution has to provide. */
export interface Need {
  /** its name in the list of missing packages */
  name: string
  packages: readonly string[]
  /** the version found, or null */
  present: () => Promise<string | null>
}

async function answers (command: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await run(command, [...args], { timeout: 20_000 })
    return (stdout || stderr).trim().split('\n')[0] ?? ''
  } catch (error) {
    // sipp and others answer their version with an exit code of their own
    return error instanceof Error && 'code' in error && typeof error.code === 'number' ? '' : null
  }
}

async function redis (): Promise<string | null> {
  const version = await findRedis()
  const [major, minor] = (version ?? '').split('.').map(Number)
  return version && major !== undefined && (major > minRedis[0] || (major === minRedis[0] && (minor ?? 0) >= minRedis[1]))
    ? version
    : null
}

/** The packages the service itself needs. */
export const serviceNeeds = (cacheFolder: string): Need[] => [
  { name: `PostgreSQL ${minPostgres}`, packages: ['postgresql'], present: async () => String(findPostgres()?.version ?? '') || null },
  { name: `Redis ${minRedis.join('.')}`, packages: ['redis-server'], present: redis },
  { name: 'espeak-ng', packages: ['espeak-ng'], present: async () => await answers('espeak-ng', ['--version']) },
  { name: 'sox', packages: ['sox'], present: async () => await answers('sox', ['--version']) },
  {
    name: 'mmdebstrap',
    packages: ['mmdebstrap', 'debian-archive-keyring'],
    present: async () => (await findAsterisk(cacheFolder))?.version ?? await answers('mmdebstrap', ['--version'])
  }
]

/** Further packages for the tests. */
export const testNeeds: Need[] = [
  { name: 'sipp', packages: ['sip-tester'], present: async () => await answers('sipp', ['-v']) },
  { name: 'Kamailio', packages: ['kamailio'], present: async () => await answers('kamailio', ['-v']) },
  {
    name: 'Chromium',
    packages: ['chromium-headless-shell', 'fonts-noto-cjk'],
    async present () {
      for (const name of ['chromium-headless-shell', 'chromium', 'chromium-browser']) {
        const version = await answers(name, ['--version'])
        if (version !== null) return version
      }
      return null
    }
  }
]

export async function missing (needs: readonly Need[]): Promise<Need[]> {
  const found = await Promise.all(needs.map(async need => await need.present()))
  return needs.filter((_, i) => found[i] === null)
}

async function apt (prefix: readonly string[], args: readonly string[], log: (line: string) => void): Promise<void> {
  const [command = 'apt-get', ...rest] = [
    ...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args
  ]
  await new Promise<void>((resolve, reject) => {
    // sudo may ask for a password: it gets our terminal
    const child = spawn(command, rest, { stdio: ['inherit', 'pipe', 'pipe'] })
    let last = ''
    const hear = (data: Buffer): void => {
      for (const line of data.toString().split('\n').filter(Boolean)) {
        if (line.startsWith('E:')) last = line
        log(line)
      }
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', reject)
    child.on('close', code => code === 0 ? resolve() : reject(new Error(last || `apt-get ${args.join(' ')} ended with code ${code}`)))
  })
}

/**
 * Installs the missing packages by apt-get, as root or through sudo.
 * @throws Error in one line with the remedy by hand
 */
export async function install (needs: readonly Need[], log: (line: string) => void): Promise<void> {
  if (needs.length === 0) return
  const packages = needs.flatMap(need => need.packages)
  const byHand = `apt-get install ${packages.join(' ')}`
  if (await answers('apt-get', ['--version']) === null) {
    throw new Error(`this machine has no apt-get; install by hand: ${needs.map(n => n.name).join(', ')}`)
  }
  const root = process.getuid?.() === 0
  if (!root && await answers('sudo', ['--version']) === null) {
    throw new Error(`installing needs root and there is no sudo; as root: ${byHand}`)
  }
  const prefix = root ? [] : ['sudo']
  try {
    await apt(prefix, ['update'], log)
    await apt(prefix, ['install', '--no-install-recommends', ...packages], log)
  } catch (error) {
    throw new Error(`${byHand} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  const still = await missing(needs)
  if (still.length > 0) {
    throw new Error(`installed, but still missing or too old: ${still.map(n => n.name).join(', ')}; this machine's distribution is too old`)
  }
}
