// Orders that another system reports in signed messages: signature, row of the message, order, answer, each committed. Beside it the same
// orders by POST /api/work-orders, from as many clients, in turns. fsync is on.
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { signatureOf } from '../test/harness/neighbours/wire.ts'
import { shareOf, startHttpStage } from './http/http-stage.ts'

const clients = 16
const warmUpSeconds = 8
const seconds = 6
const rounds = 3

const order = () => ({
  channel: 'GRID_PATROL',
  sourceNumber: randomUUID(),
  requestType: 'COMPLAINT',
  categoryCode: '0701',
  title: '早点摊占道',
  description: '菜场门口七八个早点摊占了半条路，上班时间堵得厉害。',
  place: '莘庄镇 莘建东路 菜场门口',
  townId: 'T01'
})

const stage = await startHttpStage()
const agent = new Agent({ keepAlive: true, maxSockets: clients })
try {
  const cookie = await stage.signIn('admin', ['ADMINISTRATOR'])
  const post = async (path: string, headers: Record<string, string>, body: string): Promise<{ status: number, said: string }> =>
    await new Promise((resolve, reject) => {
      const asked = request(stage.address + path, {
        method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers }
      }, answer => { text(answer).then(said => { resolve({ status: answer.statusCode ?? 0, said }) }, reject) })
      asked.on('error', reject)
      asked.end(body)
    })
  const made = async <T>(path: string, body: object): Promise<T> => {
    const { status, said } = await post(path, { cookie, 'idempotency-key': randomUUID() }, JSON.stringify(body))
    if (status !== 201) throw new Error(`${path}: ${said}`)
    return JSON.parse(said) as T
  }
  const { token } = await made<{ token: string }>('/api/integration-tokens', { name: 'grid', purposes: ['exchange', 'orders'] })
  const { id } = await made<{ id: string }>('/api/interfaces', {
    name: '网格巡查（测速）',
    nameEn: '',
    ownerUnitId: 'D01',
    contact: '',
    direction: 'in',
    lawBasis: 'bench',
    cycle: 'at-once',
    schemaVersion: '1',
    shareType: 'open'
  })
  const { secret } = await made<{ secret: string }>(`/api/interfaces/${id}/source`, {})
  const authorization = `Bearer ${token}`

  const byMessage = async (): Promise<boolean> => {
    const messageId = randomUUID()
    const now = Date.now()
    const body = JSON.stringify({ type: 'order.report', version: '1', timestamp: new Date(now).toISOString(), data: order() })
    const at = Math.floor(now / 1000)
    const { status, said } = await post(`/api/exchange/${id}`, {
      authorization,
      'webhook-id': messageId,
      'webhook-timestamp': String(at),
      'webhook-signature': signatureOf(secret, messageId, at, body)
    }, body)
    return status === 202 && said.includes('"taken"')
  }
  const byRoute = async (): Promise<boolean> =>
    (await post('/api/work-orders', { authorization, 'idempotency-key': randomUUID() }, JSON.stringify(order()))).status === 201

  /** Each client's next one as soon as the last one is answered. */
  const run = async (one: () => Promise<boolean>, forSeconds: number): Promise<{ rate: number, ms: number[] }> => {
    const begun = performance.now()
    const ms: number[] = []
    await Promise.all(Array.from({ length: clients }, async () => {
      while (performance.now() - begun < forSeconds * 1000) {
        const from = performance.now()
        if (!await one()) throw new Error('one was not filed')
        ms.push(performance.now() - from)
      }
    }))
    return { rate: ms.length / ((performance.now() - begun) / 1000), ms }
  }
  for (const one of [byMessage, byRoute]) await run(one, warmUpSeconds)
  const taken: Array<{ ours: number, bare: number }> = []
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let i = 0; i < rounds; i++) {
    const [message, route] = [await run(byMessage, seconds), await run(byRoute, seconds)]
    taken.push({ ours: message.rate, bare: route.rate })
    ours.push(...message.ms)
    bare.push(...route.ms)
  }
  const middle = shareOf(taken.map(turn => turn.ours / turn.bare))(0.5)
  console.log(JSON.stringify({
    figure: 'incoming-messages',
    ours: Math.round(shareOf(taken.map(turn => turn.ours))(0.5)),
    bare: Math.round(shareOf(taken.map(turn => turn.bare))(0.5)),
    unit: 'orders/s',
    ratio: Number(middle.toFixed(2)),
    p50Ms: Math.round(shareOf(ours)(0.5)),
    p99Ms: Math.round(shareOf(ours)(0.99)),
    bareP99Ms: Math.round(shareOf(bare)(0.99))
  }))
} finally {
  agent.destroy()
  await stage.stop()
}
