import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { NodePartSetting, NodeSetting } from '../pbx/nodes.ts'
import { pbxPaths, type PbxPaths } from '../pbx/render-config.ts'
import type { AsteriskImage } from './asterisk/asterisk-image.ts'
import { stopFurtherPbxs } from './data-folder/leftovers.ts'
import { readWhereabouts, writeWhereabouts, type Whereabouts } from './data-folder/data-folder.ts'
import { keepRunning, type KeptServer } from './keep-running.ts'
import { freePort, isFree } from './machine/ports.ts'
import { ensureDatabase, startPostgres, type PostgresOptions } from './postgres.ts'
import { ownPbxs, type OwnPbx } from './asterisk/own-pbxs.ts'
import { layOutPbx, startPrivatePbx } from './asterisk/private-pbx.ts'
import { startRedis, type RedisOptions } from './redis.ts'
import { keepSecrets, keptDataKey, newDataKey, type Secrets } from './data-folder/secrets.ts'
import { isRunning, type ServerProcess } from './server-process.ts'

/** A complete configuration: every server has its address. */
export interface CompleteConfig extends Config {
  databaseUrl: string
  redisUrl: string
  ami: Config['ami'] & { secret: string }
}

/** The servers under the service. */
export interface Ground {
  config: CompleteConfig
  secrets: Secrets
  nodes: readonly NodeSetting[]
  /** the node processes of PBXs whose files are on this machine */
  nodeParts: readonly NodePartSetting[]
  stop: () => Promise<void>
}

export interface GroundOptions {
  config: Config
  /** needed only for a PBX of our own */
  image: AsteriskImage | null
  /** PBXs of our own, where the PBX is ours */
  count: number
  /** runs one step of the visible progress list */
  step: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** receives a message when a server died and was started again */
  say: (line: string) => void
}

/** The PBX of these settings. Its files are null when it is not ours; without a secret no process stands beside it. */
export const nodesOf = (
  { pbxNode: name, sip, webSocketUrl, ami: { host, port, user }, node }: Pick<Config, 'pbxNode' | 'sip' | 'webSocketUrl' | 'ami' | 'node'>,
  { amiSecret, nodeSecret = null }: { amiSecret: string, nodeSecret?: string | null }
): NodeSetting[] => [{
  name,
  sip,
  webSocketUrl,
  ami: { host, port, user, secret: amiSecret },
  door: nodeSecret === null ? null : { host: node.host, port: node.port, secret: nodeSecret }
}]

/** The node process beside the PBX of these settings. */
export const nodePartsOf = (
  config: Pick<Config, 'pbxNode' | 'ami' | 'node' | 'dataDir' | 'journalFile' | 'recordingsDir' | 'soundsDir' | 'includesDir'>,
  { amiSecret, nodeSecret, files }: { amiSecret: string | null, nodeSecret: string, files: PbxPaths | null }
): NodePartSetting[] => {
  const includesDir = config.includesDir ?? files?.includesDir ?? null
  return [{
    name: config.pbxNode,
    door: { host: config.node.host, port: config.node.port, secret: nodeSecret },
    manager: { host: config.ami.host, port: config.ami.port },
    journalFile: config.journalFile ?? files?.journalFile ?? null,
    recordingsDir: config.recordingsDir ?? join(config.dataDir, 'recordings'),
    soundsDir: config.soundsDir ?? files?.soundsDir ?? null,
    includes: includesDir !== null && amiSecret !== null
      ? { dir: includesDir, ami: { host: config.ami.host, port: config.ami.port, user: config.ami.user, secret: amiSecret } }
      : null
  }]
}

function need ({ dataDir }: Config, name: string, value: string | null | undefined): string {
  if (!value) throw new Error(`${name} is not set, and no service of ours has been started on ${dataDir}: set it, or run npm run up`)
  return value
}

/**
 * Fills in the addresses an `up` on the same data folder has written down, for commands beside it.
 * @throws Error naming the setting that is missing when there is neither
 */
export function completeConfig (config: Config): CompleteConfig {
  const known = readWhereabouts(config.dataDir)
  return {
    ...config,
    databaseUrl: need(config, 'DATABASE_URL', config.databaseUrl ?? known.databaseUrl),
    redisUrl: need(config, 'REDIS_URL', config.redisUrl ?? known.redisUrl),
    ami: { ...config.ami, secret: need(config, 'AMI_SECRET', config.ami.secret ?? known.amiSecret) },
    journalFile: config.journalFile ?? known.journalFile ?? null
  }
}

/** Our own as an `up` on the same data folder has started them, or the one of others. */
const pbxsOf = (config: Config): OwnPbx[] =>
  ownPbxs(config, config.ami.external ? 1 : readWhereabouts(config.dataDir).nodes ?? 1)

const filesOf = ({ config, folder }: OwnPbx): PbxPaths | null => config.ami.external ? null : pbxPaths(folder)

/** The servers when others started them: an `up` on the same data folder, or the settings alone. */
export function openGround (config: Config): Ground {
  const complete = completeConfig(config)
  const secrets = keepSecrets(config.dataDir, config.dataKey)
  const nodeSecret = config.node.secret ?? secrets.nodeSecret
  const amiSecret = complete.ami.secret
  // A PBX of others that writes the journal's table by itself needs no process beside it.
  const beside = !config.ami.external || config.node.external || complete.journalFile !== null
  return {
    config: complete,
    secrets: { ...secrets, amiSecret, nodeSecret },
    nodes: pbxsOf(complete).flatMap(pbx => nodesOf(pbx.config, { amiSecret, nodeSecret: beside ? nodeSecret : null })),
    nodeParts: pbxsOf(complete).flatMap(pbx => nodePartsOf(pbx.config, { amiSecret, nodeSecret, files: filesOf(pbx) })),
    stop: async () => {}
  }
}

/**
 * What the process beside a PBX needs: the database and that PBX's files, neither Redis nor the API.
 * @throws Error naming the setting that is missing
 */
export function openNodeGround (config: Config): { databaseUrl: string, dataKey: string, nodeParts: readonly NodePartSetting[] } {
  const known = readWhereabouts(config.dataDir)
  const journalFile = config.journalFile ?? known.journalFile ?? null
  const knownKey = config.dataKey ?? keptDataKey(config.dataDir)
  // A key of its own making opens nothing. It is never written down: the next start would take it for the service's.
  const { dataKey, ...kept } = keepSecrets(config.dataDir, knownKey ?? newDataKey())
  const nodeSecret = config.node.secret ?? kept.nodeSecret
  const amiSecret = config.ami.secret ?? known.amiSecret ?? null
  const databaseUrl = need(config, 'DATABASE_URL', config.databaseUrl ?? known.databaseUrl)
  const nodeParts = pbxsOf({ ...config, journalFile }).flatMap(
    pbx => nodePartsOf(pbx.config, { amiSecret, nodeSecret, files: filesOf(pbx) }))
  if (knownKey === null && nodeParts.some(({ includes }) => includes !== null)) need(config, 'DATA_KEY', null)
  return { dataKey, databaseUrl, nodeParts }
}

/** The last port when it is free or our own server still has it, so that addresses stay the same. */
async function steadyPort (known: number | undefined, pidFile: string): Promise<number> {
  return known && (isRunning(pidFile) || await isFree('127.0.0.1', known)) ? known : await freePort()
}

/**
 * Starts the private servers for which no setting names another, each in `DATA_DIR`. Servers an earlier start left running are taken
 * over; one that dies is started again.
 */
export async function startGround ({ config, image, count, step, say }: GroundOptions): Promise<Ground> {
  const { dataDir } = config
  const secrets = keepSecrets(dataDir, config.dataKey)
  const known = readWhereabouts(dataDir)
  const next: Whereabouts = {}
  const kept: KeptServer[] = []
  const stop = async (): Promise<void> => {
    // the PBX first: it needs none of the others to end its calls in order
    for (const server of kept.splice(0).reverse()) await server.stop()
  }
  /** Starts a server and keeps it running. */
  const keep = async <S extends ServerProcess> (name: string, start: () => Promise<S>): Promise<S> => {
    const server = await start()
    kept.push(keepRunning({ name, server, start, say }))
    return server
  }
  const postgres = async (): Promise<string> => {
    if (config.databaseUrl) return config.databaseUrl
    const folder = join(dataDir, 'postgres')
    next.postgresPort = await steadyPort(known.postgresPort, join(folder, 'postgres.pid'))
    const options: PostgresOptions = { folder, port: next.postgresPort, password: secrets.postgresPassword }
    const server = await keep('PostgreSQL', async () => await startPostgres(options))
    await ensureDatabase(server, 'liandong')
    return server.url('liandong')
  }
  const redis = async (): Promise<string> => {
    if (config.redisUrl) return config.redisUrl
    const folder = join(dataDir, 'redis')
    next.redisPort = await steadyPort(known.redisPort, join(folder, 'redis.pid'))
    const options: RedisOptions = { folder, port: next.redisPort, password: secrets.redisPassword }
    return (await keep('Redis', async () => await startRedis(options))).url
  }
  try {
    const results = await Promise.allSettled([step('PostgreSQL', postgres), step('Redis', redis)])
    for (const result of results) if (result.status === 'rejected') throw result.reason
    const [databaseUrl, redisUrl] = results.map(result => result.status === 'fulfilled' ? result.value : '') as [string, string]
    const amiSecret = config.ami.secret ?? secrets.amiSecret
    const nodeSecret = config.node.secret ?? secrets.nodeSecret
    const pbxs = ownPbxs(config, count)
    await stopFurtherPbxs(dataDir, count)
    const files: Array<PbxPaths | null> = []
    for (const [i, pbx] of pbxs.entries()) {
      if (config.ami.external || !image) continue
      const name = i === 0 ? 'Asterisk' : `Asterisk ${pbx.config.pbxNode}`
      const options = { ...pbx, image, amiSecret }
      const paths = await step(i === 0 ? 'prompts and PBX configuration' : `the same for ${pbx.config.pbxNode}`,
        async () => await layOutPbx(options))
      files.push(paths)
      await step(name, async () => await keep(name, async () => await startPrivatePbx(options, paths)))
    }
    const journalFile = config.journalFile ?? files[0]?.journalFile ?? null
    writeWhereabouts(dataDir, { ...next, databaseUrl, redisUrl, amiSecret, nodes: count, ...(journalFile === null ? {} : { journalFile }) })
    return {
      config: { ...config, databaseUrl, redisUrl, ami: { ...config.ami, secret: amiSecret }, journalFile },
      secrets: { ...secrets, amiSecret, nodeSecret },
      nodes: pbxs.flatMap(pbx => nodesOf(pbx.config, { amiSecret, nodeSecret })),
      // One that others have started elsewhere is only asked.
      nodeParts: config.node.external
        ? []
        : pbxs.flatMap((pbx, i) => nodePartsOf(pbx.config, { amiSecret, nodeSecret, files: files[i] ?? null })),
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}
