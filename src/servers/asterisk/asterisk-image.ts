import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** From here on CEL files have a section each and AMI event filters have names. */
export const minAsterisk = [22, 10] as const
const suite = 'forky'

/** An Asterisk that can be started: the machine's own, or one extracted into a folder and never installed. */
export interface AsteriskImage {
  version: string
  command: string
  /** arguments between the command and Asterisk's own */
  args: readonly string[]
  /** astmoddir */
  modules: string
  /** astdatadir */
  data: string
}

async function versionOf (command: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await run(command, [...args, '-V'], { timeout: 10_000 })
    const version = /Asterisk (\d+)\.(\d+)\S*/.exec(stdout)
    const [major, minor] = [Number(version?.[1]), Number(version?.[2])]
    return version && (major > minAsterisk[0] || (major === minAsterisk[0] && minor >= minAsterisk[1])) ? version[0] : null
  } catch {
    return null
  }
}

/** `x86_64-linux-gnu` and the like: the folder that holds the modules, whatever the machine's architecture. */
function moduleFolder (root: string): { modules: string, libraries: string } | null {
  const lib = join(root, 'usr/lib')
  if (!existsSync(lib)) return null
  for (const triple of readdirSync(lib)) {
    const modules = join(lib, triple, 'asterisk/modules')
    if (triple.includes('-linux-gnu') && existsSync(modules)) return { modules, libraries: join(lib, triple) }
  }
  return null
}

async function extracted (root: string): Promise<AsteriskImage | null> {
  const found = moduleFolder(root)
  const loader = found && readdirSync(found.libraries).find(name => /^ld-linux.*\.so\.\d+$/.test(name))
  if (!found || !loader) return null
  const command = join(found.libraries, loader)
  const args = ['--library-path', found.libraries, join(root, 'usr/sbin/asterisk')]
  const version = await versionOf(command, args)
  return version ? { version, command, args, modules: found.modules, data: join(root, 'usr/share/asterisk') } : null
}

/** The machine's Asterisk when it is new enough, else the one extracted earlier, else null. */
export async function findAsterisk (cacheFolder: string): Promise<AsteriskImage | null> {
  const version = await versionOf('asterisk', [])
  const own = moduleFolder('/')
  if (version && own) return { version, command: 'asterisk', args: [], modules: own.modules, data: '/usr/share/asterisk' }
  return await extracted(join(cacheFolder, 'asterisk'))
}

interface Source { uris: string[], suites: string[] }

function readSources (folder: string): Source[] {
  const files = [join(folder, 'sources.list')]
  const parts = join(folder, 'sources.list.d')
  if (existsSync(parts)) files.push(...readdirSync(parts).map(name => join(parts, name)))
  return files.filter(existsSync).flatMap(file => {
    const text = readFileSync(file, 'utf8')
    if (file.endsWith('.list')) {
      return [...text.matchAll(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/gm)].map(m => ({ uris: [m[1] ?? ''], suites: [m[2] ?? ''] }))
    }
    if (!file.endsWith('.sources')) return []
    return text.split(/\n\s*\n/).filter(stanza => !/^Enabled:\s*no/mi.test(stanza)).map(stanza => ({
      uris: /^URIs:\s*(.+)$/mi.exec(stanza)?.[1]?.trim().split(/\s+/) ?? [],
      suites: /^Suites:\s*(.+)$/mi.exec(stanza)?.[1]?.trim().split(/\s+/) ?? []
    }))
  })
}

/**
 * Debian's mirror as this machine's own apt sources name it.
 * @throws Error on another distribution, whose mirror does not carry Debian's suites
 */
export function debianMirror (setting: string | null, etc = '/etc'): string {
  if (setting) return setting
  const release = readFileSync(join(etc, 'os-release'), 'utf8')
  const codename = /^VERSION_CODENAME="?([a-z]+)/m.exec(release)?.[1]
  if (/^ID="?debian"?$/m.test(release)) {
    const source = readSources(join(etc, 'apt')).find(
      s => s.suites.some(name => name === codename || ['stable', 'testing', 'sid', 'unstable'].includes(name))
    )
    const uri = source?.uris.find(u => /^https?:/.test(u))
    if (uri) return uri
  }
  throw new Error('Asterisk 22.10 is extracted from Debian\'s suite ' + suite +
    ', but no Debian mirror stands in this machine\'s apt sources: set DEBIAN_MIRROR to the address of one')
}

// A temporary name first: an interrupted extraction is never taken for an Asterisk. The lock is the kernel's and ends with its
// owner.
const extraction = `
set -e
[ -e "$1/usr/sbin/asterisk" ] && [ "$2" = keep ] && exit 0
rm -rf "$1.new"
mmdebstrap --quiet --variant=extract --mode="$3" --include=asterisk,asterisk-core-sounds-en-gsm \\
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' "$4" "$1.new" "$5"
rm -rf "$1"
mv -T "$1.new" "$1"
`

/**
 * Extracts Asterisk and its libraries from Debian's newer suite into a folder, without installing anything; about 310 MB.
 * Two at once wait for each other.
 * @throws Error in one line, with the remedy
 */
export async function extractAsterisk (cacheFolder: string, mirror: string): Promise<AsteriskImage> {
  mkdirSync(cacheFolder, { recursive: true })
  const target = join(cacheFolder, 'asterisk')
  // An Asterisk another process finished meanwhile is kept; one that cannot run is replaced.
  const keep = existsSync(target) ? 'replace' : 'keep'
  const mode = process.getuid?.() === 0 ? 'root' : 'chrootless'
  try {
    await run('flock', ['--wait', '900', target + '.lock', 'sh', '-c', extraction, 'sh', target, keep, mode, suite, mirror],
      { timeout: 1_200_000, maxBuffer: 1 << 24 })
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    const cause = text.split('\n').find(line => /^(E:|W: Failed|.*error:)/i.test(line)) ?? text.trim().split('\n').at(-1)
    throw new Error(`Asterisk cannot be extracted from ${suite} at DEBIAN_MIRROR or the machine's apt mirror: ${cause ?? 'unknown'}`,
      { cause: error })
  }
  const image = await extracted(target)
  if (!image) {
    throw new Error(`the Asterisk extracted into ${target} does not run on this machine: remove that folder, ` +
      `or install Asterisk ${minAsterisk.join('.')} or newer`)
  }
  return image
}
