import type { Test } from 'tap'
import { addSampleOrders } from '../../src/bin/sample-orders.ts'
import { createSealing } from '../../src/db/sealing.ts'
import { acceptedOrder, stalls, step } from '../harness/stories/order-story.ts'
import { startStack, type Stack } from '../harness/servers/stack.ts'

const mobile = (person: string): string => `139000001${person.slice(1)}`
const office = (person: string): string => `500040${person.slice(1)}`

/** The sample district at a busy moment: orders of today, calls that wait and are answered, callbacks due, an incident being dialled. */
export interface LivingDistrict {
  stack: Stack
  incidentId: string
  stop: () => Promise<void>
}

export async function openLivingDistrict (): Promise<LivingDistrict> {
  const ends: Array<() => unknown> = []
  // the parts of a test that the harness uses
  const t = { teardown: (end: () => unknown) => { ends.push(end) }, passing: () => true, comment: () => {} } as unknown as Test
  const stop = async (): Promise<void> => { for (const end of ends.splice(0).reverse()) await end() }
  try {
    const stack = await startStack(t, {
      settings: {
        QUEUE_SECONDS: '600',
        EMERGENCY_RING_SECONDS: '6',
        EMERGENCY_KEY_SECONDS: '4',
        EMERGENCY_ATTEMPTS: '1',
        AGENT_RING_SECONDS: '20',
        WRAP_UP_SECONDS: '600'
      }
    })
    await addSampleOrders({ db: stack.db, sealing: createSealing(Buffer.alloc(32, 7)), timeZone: 'Asia/Shanghai' })
    await ordersOfToday(stack)
    await callbacksDue(stack)
    await callsOfNow(stack)
    return { stack, incidentId: await incident(stack), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Orders since midnight, by telephone and other channels, from all over the district. */
async function ordersOfToday (stack: Stack): Promise<void> {
  const agent = await stack.as('8010')
  const told: ReadonlyArray<[string, string, string, string, string]> = [
    ['T03', '0102', '颛兴路路灯不亮', '颛桥镇 颛兴路 280 号', 'HOTLINE_962000'],
    ['T05', '0701', '菜场门口占道经营', '虹桥镇 虹梅路', 'CITY_12345'],
    ['T06', '0901', '工地夜间打桩', '梅陇镇 罗阳路', 'HOTLINE_962000'],
    ['T09', '0601', '绿化带堆放垃圾', '浦江镇 永跃路', 'GRID_PATROL'],
    ['T01', '0701', '餐饮店外摆', '莘庄镇 莘松路', 'HOTLINE_962000'],
    ['T10', '0101', '窨井盖松动', '江川路街道 鹤庆路', 'COMMUNITY_PATROL'],
    ['T02', '1203', '酒吧深夜噪声', '七宝镇 七莘路', 'POLICE_110']
  ]
  for (const [i, [townId, categoryCode, title, place, channel]] of told.entries()) {
    const { id } = await agent.post<{ id: string }>('/api/work-orders',
      { ...stalls, channel, townId, categoryCode, title, place, description: `${title}，请尽快处理。`, complainantNumber: `1390000203${i}` })
    if (i % 2 === 0) await step(stack, 'dispatcher', id, 'dispatch', { mode: 'single', unitIds: [townId], basis: 'statutory' })
    if (i % 4 === 0) await step(stack, townId.toLowerCase(), id, 'sign')
  }
}

/** Accepted reports of complainants whom a person rings; one spot check is done. */
async function callbacksDue (stack: Stack): Promise<void> {
  for (const [i, [title, categoryCode]] of [['人行道堆物', '0702'], ['水果摊占道', '0701'], ['店家在门外摆货', '0702']].entries()) {
    const order = await acceptedOrder(stack, `1390000204${i}`, {
      title,
      categoryCode,
      description: `${title ?? ''}，行人只能走机动车道。`,
      marks: i === 2 ? ['dialect'] : ['elderly'],
      complainantName: ['周阿婆', '沈先生', '陆女士'][i]
    })
    if (i > 0) await step(stack, 'verifier', order.id, 'verify', { passed: true })
  }
}

/** Two agents talk, three citizens wait. */
async function callsOfNow ({ network, as }: Stack): Promise<void> {
  for (const desk of ['8003', '8004']) {
    await network.number(`desk${desk}`, 'ring 0.5|answer|stay')
    await (await network.dial({ desk, to: '*81' })).isOver()
    const agent = await as(`agent ${desk}`)
    await agent.post(`/api/agents/${desk}/ready`)
  }
  for (let i = 1; i <= 5; i++) await network.dial({ from: `1390000100${i}`, to: '962000', script: 'stay' })
  await (await as('supervisor')).sees<{ items: Array<{ state: string }> }>('/api/agents',
    a => a.items.filter(one => one.state === 'talking').length === 2)
}

/** A tank lorry leaks: some members join, one acknowledges, one cannot come, one is unreached. */
async function incident ({ network, as }: Stack): Promise<string> {
  const joins = 'ring 0.3|answer|wait 0.5|press 2|stay'
  for (const person of ['P20', 'P39', 'P29', 'P19', 'P22']) await network.number(mobile(person), joins)
  await network.number(mobile('P09'), 'ring')
  await network.number(office('P09'), 'ring')
  for (const number of [mobile('P21'), office('P21')]) await network.number(number, 'busy')
  await network.number(mobile('P07'), 'ring 0.3|answer|wait 0.5|press 1|wait 1|hangup')
  await network.number(mobile('P12'), 'ring 0.3|answer|wait 0.5|press 3')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { planCode: 'EP-03', title: '危化品罐车泄漏', place: '吴泾镇龙吴路', level: 'III', reason: '危化品车辆阀门滴漏', mode: 'simultaneous' })
  await coordinator.sees<{ members: Array<{ state: string }> }>(`/api/incidents/${incidentId}`,
    i => i.members.filter(m => m.state === 'joined').length >= 4)
  return incidentId
}
