// Every place where a request names an order, a call or a callback, for a test that names a hidden one there.
import { uuid, writes } from '../requests/order-writes.ts'
import type { Kind } from './who-sees-what-table.ts'

/** What is named: ids of one order, of its call and of its callback; or of none. */
export interface Named { orderId: string, callId: string, callbackId: string }

/** Names nothing there is. */
export const none: Named = { orderId: uuid, callId: 'no-such-call', callbackId: uuid }

/** One request that names something. */
export interface Naming {
  body?: object
  query?: Record<string, string>
}

/** A photo or another file is sent as a form. */
const isFile = (path: string): boolean => /(?:^|\/)(?:photos|attachments)$/.test(path)

const later = new Date(Date.now() + 86_400_000).toISOString()
const why = { reason: '核对原因' }
const where = { townId: 'T02', place: '七宝镇 沪星路口' }
const matter = { channel: 'HOTLINE_962000', requestType: 'COMPLAINT', categoryCode: '0701', ...where, title: '又一件', description: '又来了。' }
const answers = { contacted: true, solved: 'yes', grade: 5 }

/**
 * By method, path and field: the request that names it. A person who may not know of an order is answered as for none.
 * `ordinary`: an order the person does see, for requests that name two.
 */
export const named: Readonly<Record<string, (n: Named, ordinary: Named) => Naming>> = {
  ...Object.fromEntries(Object.entries(writes).map(([write, body]) => {
    const [method = '', verb = ''] = write.split(' ')
    return [`${method} /api/work-orders/{id}/${verb} id`, () => isFile(verb) ? { query: { purpose: 'report' } } : { body }]
  })),
  'get /api/work-orders/{id} id': () => ({}),
  'get /api/work-orders/{id}/answer-texts id': () => ({}),
  'get /api/work-orders/{id}/photos/{photo} id': () => ({}),
  'get /api/work-orders/{id}/attachments id': () => ({}),
  'get /api/work-orders/{id}/attachments/{attachment} id': () => ({}),
  'post /api/work-orders callId': ({ callId }) => ({ body: { ...matter, callId } }),
  'get /api/work-orders ids': ({ orderId }) => ({ query: { ids: orderId } }),
  'get /api/work-orders/counts ids': ({ orderId }) => ({ query: { ids: orderId } }),
  'get /api/work-orders/similar callId': ({ callId }) => ({ query: { callId } }),
  'post /api/work-orders/{id}/merge targetId': ({ orderId }) => ({ body: { version: 1, targetId: orderId } }),
  'post /api/work-orders/{id}/complainants callId': ({ callId }) => ({ body: { name: '吴女士', callId } }),
  'post /api/work-orders/{id}/calls callId': ({ callId }) => ({ body: { callId, role: 'first_contact' } }),
  'post /api/work-orders/{id}/urge callId': ({ callId }) => ({ body: { reason: '催', callId } }),
  'post /api/work-orders/urge orderIds': ({ orderId }) => ({ body: { reason: '催', orderIds: [orderId] } }),
  'post /api/work-orders/urge ids': ({ orderId }) => ({ body: { reason: '催', filter: { ids: orderId } } }),
  'get /api/callbacks orderId': ({ orderId }) => ({ query: { list: 'all', orderId } }),
  'get /api/callbacks/awaiting callId': ({ callId }) => ({ query: { callId } }),
  'get /api/callbacks/{id} id': () => ({}),
  'post /api/callbacks/{id}/take-over id': () => ({}),
  'post /api/callbacks/{id}/dial id': () => ({}),
  'post /api/callbacks/{id}/answers id': () => ({ body: answers }),
  'post /api/callbacks/{id}/answers callId': ({ callId }) => ({ body: { ...answers, callId } }),
  'post /api/callbacks/{id}/postpone id': () => ({ body: { until: later, how: '来信' } }),
  'post /api/callbacks/{id}/postpone callId': ({ callId }) => ({ body: { until: later, callId } }),
  'post /api/callbacks/{id}/explain id': () => ({ body: { reason: 'result', explanation: '已说明' } }),
  'post /api/callbacks/{id}/rework id': () => ({ body: { reason: 'result', explanation: '再办' } }),
  'post /api/callbacks/{id}/give-up id': () => ({ body: { why: 'declined' } }),
  'post /api/callbacks/{id}/give-up callId': ({ callId }) => ({ body: { why: 'declined', callId } }),
  'post /api/callbacks/{id}/attempts/{attempt}/listen id': () => ({ body: why }),
  'post /api/calls orderId': ({ orderId }) => ({ body: { orderId } }),
  'post /api/calls callId': ({ callId }) => ({ body: { callId } }),
  'post /api/calls/{id}/disposition id': () => ({ body: { disposition: 'answered' } }),
  'post /api/calls/{id}/orders id': (_, { orderId }) => ({ body: { orderId, role: 'reminder' } }),
  'post /api/calls/{id}/orders orderId': ({ orderId }) => ({ body: { orderId, role: 'reminder' } }),
  'get /api/calls/{id}/recording id': () => ({ query: why }),
  'get /api/calls/{id}/quality id': () => ({}),
  'post /api/calls/{id}/quality id': () => ({ body: { scores: { opening: 1, listening: 1, record: 1, answer: 1, manner: 1 } } }),
  'post /api/calls/{id}/quality/objection id': () => ({ body: why }),
  'post /api/calls/{id}/quality/decision id': () => ({ body: why }),
  'post /api/calls/{id}/take-over id': () => ({}),
  'post /api/calls/{id}/listen id': () => ({ body: { mode: 'listen' } }),
  'post /api/incidents orderId': ({ orderId }) => ({
    body: { ...why, title: '演练', members: [{ name: '吴女士', number: '13900001099' }], mode: 'simultaneous', drill: true, orderId }
  }),
  'post /api/number-blocks callId': ({ callId }) => ({ body: { ...why, evidence: '录音在案', until: later, callId } })
}

/** Which calls there are every desk sees in its lists; these ask whether it is on the own line, or show what is not hidden. */
export const callsByThemselves: readonly string[] = [
  'get /api/calls/{id} id', 'get /api/calls/{id}/earlier id',
  ...[
    'transfer', 'consult', 'complete', 'three-way', 'hold', 'retrieve', 'civility-warning', 'hang-up'
  ].map(verb => `post /api/calls/{id}/${verb} id`)
]

/** Ids of anything else: units, people, plans, members, interfaces, endpoints; `linkedId` is the exchange's own, for administrators. */
const otherIds = /^(?:caller|unit|parent|person|leader|deputy|leadUnit|town|aboutUnit|article|coUnit|member|linked|ownerUnit)Ids?$|^endpoint(?:Id)?$|^interface$/

interface Schema {
  $ref?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  format?: string
}
interface Operation {
  parameters?: Array<{ name: string, in: string, schema: Schema }>
  requestBody?: { content: Record<string, { schema: Schema }> }
}
export interface Description { paths: Record<string, Record<string, Operation>>, components?: { schemas?: Record<string, Schema> } }

/** Every place of the API where an id travels that could be an order's, a call's or a callback's. */
export function placesOf ({ paths, components }: Description): string[] {
  const isId = (name: string, { format, items }: Schema): boolean =>
    /(?:^ids|Ids?)$/.test(name) || format === 'uuid' || items?.format === 'uuid'
  const fields = (schema: Schema): Array<[string, Schema]> => {
    const real = schema.$ref === undefined ? schema : components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}
    const { properties = {}, anyOf = [], oneOf = [], allOf = [], items } = real
    const own = Object.entries(properties)
    const parts = [...own.map(([, s]) => s), ...anyOf, ...oneOf, ...allOf, ...items ? [items] : []]
    return [...own, ...parts.flatMap(fields)]
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })))
  return operations.flatMap(({ path, method, parameters = [], requestBody }) => {
    const inPath = /^\/api\/(?:work-orders|calls|callbacks)\/\{id\}/.test(path) ? ['id'] : []
    const inQuery = parameters.flatMap(p => p.in === 'query' && isId(p.name, p.schema) ? [p.name] : [])
    const sent = Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => fields(schema))
    const inBody = sent.flatMap(([name, s]) => isId(name, s) ? [name] : [])
    const places = [...new Set([...inPath, ...inQuery, ...inBody])].filter(name => !otherIds.test(name))
    return places.map(name => `${method} ${path} ${name}`)
  })
}

interface Answer {
  status: number
  code?: string | undefined
  detail?: string | undefined
  items?: unknown[] | undefined
  withoutOrder?: boolean | undefined
  refused?: Array<{ code: string }> | undefined
  /** of what was read: every word */
  whole?: string
}

/** What somebody is told: status and words of a refusal; of what was done or found, what the id decided. */
async function answered (address: string, cookie: string, method: string, path: string, { body, query = {} }: Naming): Promise<Answer> {
  const photo = new FormData()
  photo.set('photo', new Blob(['x']), 'x.jpg')
  const sent = method === 'post' && isFile(path)
    ? { body: photo, headers: { cookie } }
    : { headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) }
  const answer = await fetch(`${address}${path}?${new URLSearchParams(query)}`, { method: method.toUpperCase(), ...sent })
  const json = answer.headers.get('content-type')?.includes('json') ? await answer.json() as Answer : { status: 0 }
  const { code, detail, items, withoutOrder, refused } = json
  // the moment it was counted is another each time
  const whole = method === 'get' && answer.ok ? JSON.stringify({ ...json, asOf: null }) : undefined
  const told = { status: answer.status, code, detail, items, withoutOrder, refused: refused?.map(r => ({ code: r.code })) }
  return whole === undefined ? told : { ...told, whole }
}

/**
 * A person names hidden things wherever a request takes them, and is answered as for none. Tells each difference.
 * `compared` collects what the person's roles let them try.
 */
export async function nameHidden ({ address, cookie, who, roles, orders, hidden, compared }: {
  address: string
  cookie: string
  who: string
  roles: readonly string[]
  orders: Record<Kind, Named>
  hidden: readonly Kind[]
  compared: Set<string>
}): Promise<string[]> {
  const wrong: string[] = []
  for (const [place, request] of Object.entries(named)) {
    const [method = '', path = '', field = ''] = place.split(' ')
    const ask = async (n: Named): Promise<Answer> => {
      const owner = field === 'id' ? n : orders.ordinary
      const id = path.startsWith('/api/calls') ? owner.callId : path.startsWith('/api/callbacks') ? owner.callbackId : owner.orderId
      const at = path.replace('{id}', id).replace(/\{(?:photo|attachment)\}/, uuid).replace('{attempt}', '1')
      const { body, query } = request(n, orders.ordinary)
      const purpose = isFile(path) && roles.includes('VERIFIER') ? { purpose: 'verification' } : {}
      return await answered(address, cookie, method, at, { ...(body && { body }), query: { ...query, ...purpose } })
    }
    const nothing = await ask(none)
    // The role has no such act: it is refused before anything is looked at.
    if (nothing.status === 403) continue
    compared.add(place)
    if (nothing.status === 400 || nothing.status >= 500) wrong.push(`${place}: ${JSON.stringify(nothing)} is no answer to compare with`)
    if (field === 'id' && nothing.status !== 404) wrong.push(`${who}: ${place} of none: ${nothing.status}`)
    for (const kind of hidden) {
      const got = await ask(orders[kind])
      const [told, wanted] = [got, nothing].map(answer => JSON.stringify(answer))
      if (told !== wanted) wrong.push(`${who}, ${kind}: ${place}: ${told} for ${wanted}`)
    }
  }
  return wrong
}
