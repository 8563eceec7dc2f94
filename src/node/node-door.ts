import { createHash, timingSafeEqual } from 'node:crypto'
import fastify, { LogController, type FastifyInstance, type FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { maxNames, maxSoundBytes, soundName, spokenName, type NodeReport, type Shipped } from '../pbx/node-contract.ts'
import { recordingNamed, type RecordedFile } from './recorded-file.ts'
import { sizesOf } from './recording-sizes.ts'
import { putSpoken, soundNamed, soundsIn } from './sounds.ts'

export interface NodeDoorOptions {
  /** what who asks must show */
  secret: string
  recordingsDir: string
  /** null: the sounds of this PBX are kept by others */
  soundsDir: string | null
  /** carries what is in the journal file now */
  ship: () => Promise<Shipped>
  report: () => Promise<NodeReport>
  log: Logger
}

/** A request's head must be here within this time, and all of it within twice; a connection without a word is cut. ms */
const headMs = 5000
const wholeMs = 15_000
/** Without a byte either way a connection is cut. ms */
const silentMs = 120_000
const maxConnections = 200
/** Bytes of a body that is no sound. */
const maxJsonBytes = 64 * 1024

const Names = Type.Object({ names: Type.Array(Type.String({ maxLength: 300 }), { maxItems: maxNames }) })

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Sends a sound; 404 without one. */
async function sendSound (reply: FastifyReply, found: RecordedFile | null): Promise<FastifyReply> {
  if (found === null) return await reply.status(404).send()
  return await reply.type('audio/wav').header('content-length', found.bytes).send(found.stream())
}

/** The door of a node process: who shows the secret is answered, nobody else learns a name. */
export function createNodeDoor (options: NodeDoorOptions): FastifyInstance {
  const { secret, log } = options
  const app: FastifyInstance = fastify({
    bodyLimit: maxJsonBytes,
    requestTimeout: wholeMs,
    connectionTimeout: silentMs,
    http: { headersTimeout: headMs, connectionsCheckingInterval: 1000, maxHeaderSize: 8192 },
    forceCloseConnections: 'idle',
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    logController: new LogController({ disableRequestLogging: true })
  })
  app.server.maxConnections = maxConnections
  const shown = digest(`Bearer ${secret}`)
  app.addHook('onRequest', async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), shown)) await reply.status(401).send()
  })
  app.setNotFoundHandler(async (_request, reply) => await reply.status(404).send())
  app.setErrorHandler(async (error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500
    if (status >= 500) log.warn({ err: error, route: request.routeOptions.url }, 'the node\'s door could not answer')
    return await reply.status(status).send()
  })
  app.addContentTypeParser('audio/wav', { parseAs: 'buffer', bodyLimit: maxSoundBytes }, (_request, body, done) => { done(null, body) })
  openRecordings(app, options)
  openSounds(app, options)
  app.post('/ship', async () => await options.ship())
  app.get('/state', async () => await options.report())
  return app
}

function openRecordings (app: FastifyInstance, { recordingsDir }: NodeDoorOptions): void {
  app.get<{ Params: { '*': string } }>('/recordings/*', async (request, reply) =>
    await sendSound(reply, await recordingNamed(recordingsDir, request.params['*'])))

  app.post('/recordings/sizes', async (request, reply) => {
    if (!Check(Names, request.body)) return await reply.status(400).send()
    return { sizes: await sizesOf(recordingsDir, request.body.names) }
  })
}

function openSounds (app: FastifyInstance, { soundsDir }: NodeDoorOptions): void {
  app.get('/sounds', async () => ({ sounds: soundsDir === null ? null : await soundsIn(soundsDir) }))

  app.get<{ Params: { '*': string } }>('/sounds/*', async (request, reply) => {
    const name = request.params['*']
    return await sendSound(reply, soundsDir === null || !soundName.test(name) ? null : await soundNamed(soundsDir, name))
  })

  app.put<{ Params: { '*': string } }>('/sounds/spoken/*', async (request, reply) => {
    const sound = request.body
    if (!spokenName.test(request.params['*'])) return await reply.status(404).send()
    if (soundsDir === null) return await reply.status(409).send()
    if (!Buffer.isBuffer(sound) || sound.length <= 44 || sound.toString('latin1', 0, 4) !== 'RIFF') return await reply.status(400).send()
    await putSpoken(soundsDir, request.params['*'], sound)
    return await reply.status(204).send()
  })
}
