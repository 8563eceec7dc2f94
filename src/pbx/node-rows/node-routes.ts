import Type, { type Static } from 'typebox'
import { DomainError } from '../../domain/errors.ts'
import type { App, Routes } from '../../http/kit/routes.ts'
import { answers, Moment, NodeName, Nullable, OneOf, params, SafeLine, WriteHeaders } from '../../http/kit/schema-words.ts'
import { writeOutside } from '../../http/kit/write.ts'
import type { NodeSetting } from '../nodes.ts'
import type { NodeCommands } from './node-commands.ts'
import type { NodeView } from './node-reads.ts'
import { addressPattern, readAddress, webSocketPattern, type Address } from './rules/address.ts'
import { nodeStates } from './rules/node-life.ts'

export interface NodeRoutesOptions { commands: NodeCommands, list: () => Promise<NodeView[]> }

const Name = NodeName('its `systemname`, 1 to 16 lower-case letters and digits')
const AddressText = (description: string) => Type.String({ pattern: addressPattern, description })
const Secret = Type.String({ minLength: 6, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' })
const WebSocketUrl = Type.String({
  pattern: webSocketPattern, description: 'where browsers reach it: `wss://pbx2.example:8089/ws`'
})
const Version = Type.Integer({ minimum: 1, description: 'of the entry, as it was read' })

const Said = (description: string) => Nullable(Type.Boolean({ description: `${description}; null: it never reported` }))

const NodeEntry = Type.Object({
  name: Name,
  state: OneOf(nodeStates, 'draining: what lives there goes on, nothing new comes'),
  fromSettings: Type.Boolean({ description: 'the settings of the service give its addresses' }),
  sip: Type.String({ description: 'where it takes calls' }),
  ami: Type.String({ description: 'its manager interface' }),
  amiUser: Type.String(),
  webSocketUrl: Type.String(),
  door: Nullable(Type.String({ description: 'of the process beside it; null: there is none' })),
  version: Version,
  changedBy: Nullable(Type.String()),
  changedAt: Nullable(Moment()),
  linked: Type.Boolean({ description: 'there is a link to it' }),
  channels: Nullable(Type.Integer({ description: 'lines in use; null: it has not said' })),
  startedAt: Nullable(Moment('null: it has not said')),
  unreachableSince: Nullable(Moment('no process of the service has a link to it since then')),
  lostAt: Nullable(Moment('its calls were ended then, and it is not back')),
  process: Nullable(Type.Object({
    ageMs: Nullable(Type.Number({ description: 'since it last spoke; null: it never did' })),
    behindBytes: Nullable(Type.Integer({ description: 'of the journal, not carried yet' })),
    carriesJournal: Said('false: it was given no journal file: unless the PBX writes rows by itself, its calls do not appear'),
    seesPbx: Said('the PBX beside takes connections at the `AMI_ADDRESS` the process was given'),
    records: Said('false: the disk of the recordings is nearly full'),
    keepsSounds: Said('it takes spoken sentences'),
    missingSentences: Nullable(Type.Integer({ description: 'fixed sentences that are not there: callers hear nothing in their place' })),
    failing: Type.Array(Type.String())
  })),
  desired: Type.Object({
    newest: Type.Integer({ description: 'newest revision of what every PBX must know' }),
    applied: Nullable(Type.Integer({ description: 'revision it has; null: it was given nothing' })),
    lacks: Type.Array(Type.String({ description: 'section it could not be given' })),
    late: Type.Array(Type.String({ description: 'section with changes it waits for' })),
    files: Type.Boolean({ description: 'telephones, numbers and trunks are written for it; false: others keep these files' })
  })
})

const NewNode = Type.Object({
  name: Name,
  sip: AddressText('where it takes calls: `10.0.0.3:5060`'),
  ami: AddressText('its manager interface: `10.0.0.3:5038`'),
  amiUser: SafeLine({ minLength: 1, maxLength: 60 }),
  amiSecret: Secret,
  webSocketUrl: WebSocketUrl,
  door: Type.Optional(AddressText('the process beside it: `10.0.0.3:9621`; without one nobody reads its files')),
  doorSecret: Type.Optional(Secret)
})

const administrators = ['ADMINISTRATOR'] as const
const tags = ['administration']
const Done = Type.Object({ name: Name, state: OneOf(nodeStates) })

/** @throws DomainError `invalid-input` naming the field */
function settingOfInput (
  { name, sip, ami, amiUser, amiSecret, webSocketUrl, door, doorSecret }: Static<typeof NewNode>
): NodeSetting {
  const address = (field: string, text: string): Address => {
    const read = readAddress(text)
    if (read === null) throw new DomainError('invalid-input', 'an address is host:port, its port 1 to 65535', { field })
    return read
  }
  if ((door === undefined) !== (doorSecret === undefined)) {
    throw new DomainError('invalid-input', 'a door and its secret belong together', { field: door === undefined ? 'door' : 'doorSecret' })
  }
  return {
    name,
    sip: address('sip', sip),
    webSocketUrl,
    ami: { ...address('ami', ami), user: amiUser, secret: amiSecret },
    door: door === undefined || doorSecret === undefined ? null : { ...address('door', door), secret: doorSecret }
  }
}

/** The PBXs of the service (交换机节点). */
export const nodeRoutes = (options: NodeRoutesOptions): Routes => app => {
  listAndAdd(app, options)
  steps(app, options)
}

function listAndAdd (app: App, { commands, list }: NodeRoutesOptions): void {
  app.get('/api/pbx-nodes', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'The PBXs of the service and how each does; at the end those that were removed',
      response: answers({ 200: Type.Object({ items: Type.Array(NodeEntry) }) })
    }
  }, async () => ({ items: await list() }))

  app.post('/api/pbx-nodes', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Add a PBX; it is really tried first',
      description: '`pbx-node-taken`, `pbx-node-address-taken`; `pbx-unavailable` and `pbx-login-refused` at its manager interface; ' +
        '`node-unavailable` at the process beside it; `pbx-node-misnamed` where another PBX answers; `pbx-node-older` where a removed ' +
        'one\'s name is given to a PBX that ran before.',
      headers: WriteHeaders,
      body: NewNode,
      response: answers({ 201: Type.Object({ name: Name }) })
    }
  }, async (request, reply) => {
    const setting = settingOfInput(request.body)
    const { sip, ami, door } = request.body
    return await writeOutside(request, reply, { action: 'pbx-node.add', subject: setting.name, status: 201, detail: { sip, ami, door } },
      async tx => await commands.add(tx, request.actor.id, setting))
  })
}

const version = Type.Object({ version: Version })

function steps (app: App, { commands }: NodeRoutesOptions): void {
  for (const [step, summary] of [
    ['drain', 'Drain a PBX: its calls go on to their end, it gets nothing new'],
    ['activate', 'Take a draining PBX back']
  ] as const) {
    app.post(`/api/pbx-nodes/:name/${step}`, {
      config: { roles: administrators },
      schema: {
        tags,
        summary,
        description: '`pbx-node-last`: no other active one with a link would be left.',
        headers: WriteHeaders,
        params: params({ name: Name }),
        body: version,
        response: answers({ 200: Done })
      }
    }, async (request, reply) => {
      const { name } = request.params
      return await writeOutside(request, reply, { action: `pbx-node.${step}`, subject: name },
        async tx => await commands.step(tx, request.actor.id, { name, step, version: request.body.version }))
    })
  }

  app.delete('/api/pbx-nodes/:name', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Remove a drained PBX from the service',
      description: '`pbx-node-busy`: calls live on it, or, with no link to it, the last that was heard of it says so.',
      headers: WriteHeaders,
      params: params({ name: Name }),
      querystring: Type.Object({ version: Version }),
      response: answers({ 200: Done })
    }
  }, async (request, reply) => {
    const { name } = request.params
    return await writeOutside(request, reply, { action: 'pbx-node.remove', subject: name },
      async tx => await commands.step(tx, request.actor.id, { name, step: 'remove', version: request.query.version }))
  })
}
