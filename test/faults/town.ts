import type { Test } from 'tap'
import { edgeProcess, edgeSettings, nodesSetting, type EdgeProcess } from '../harness/edge-process.ts'
import { standInProcess, type StandInProcess } from '../harness/edge/edge-server.ts'
import { freePort } from '../harness/servers/ports.ts'
import type { TestPbx } from '../harness/servers/pbx.ts'
import type { ServiceUnderTest } from '../harness/servers/service.ts'
import { startStack, type Stack } from '../harness/servers/stack.ts'
import { storyClock } from '../harness/stories/order-story.ts'
import { callsComeFrom } from '../harness/stories/trunks.ts'
import { agent } from '../harness/stories/story.ts'
import { startNetwork, type NetworkCall, type TelephoneNetwork } from '../harness/telephones/network.ts'

/** A town under load: two PBXs behind an edge, agents whose telephones register with both, and citizens who dial. */
export interface Town {
  stack: Stack & { node: ServiceUnderTest, postgres: NonNullable<Stack['postgres']> }
  pbxs: readonly [TestPbx, TestPbx]
  edge: EdgeProcess
  server: StandInProcess
  /** where citizens dial from */
  city: TelephoneNetwork
  /** networks in which the hotline rings citizens, one a PBX; agents' telephones are in the first */
  networks: readonly TelephoneNetwork[]
  agents: readonly string[]
  citizens: CitizenCall[]
  /** when a PBX died or hung: a telephone may hold its call for dead a while longer */
  deaths: Date[]
  /** a citizen with a number of their own dials, and stays so long once the hotline takes the call */
  dials: (staysSeconds: number) => Promise<void>
}

/** One call of one citizen, as that citizen lives it. */
export interface CitizenCall {
  number: string
  staysSeconds: number
  call: NetworkCall
}

const carrier = '127.0.0.6'
const agents = ['8003', '8004', '8005', '8006']

/** @param talkSeconds how long an agent speaks */
export async function startTown (t: Test, talkSeconds = 16): Promise<Town> {
  const server = await standInProcess(t)
  const stack = await startStack(t, {
    desks: [],
    moreNodes: ['pbx2'],
    ownDatabase: true,
    nodeApart: true,
    settings: { ...edgeSettings, QUEUE_SECONDS: '60', TRUNK_QUALIFY_SECONDS: '2' }
  })
  const { node, postgres, pbx, network, logins, more: [second] } = stack
  if (!node || !postgres || !second) throw new Error('the town is not whole')
  // by night nobody is rung back
  await storyClock(stack).comes('10:00')
  await callsComeFrom(await stack.as('admin'), carrier, 30)
  const city = await startNetwork(t, { pbx: server.sip, trunk: { host: carrier, port: await freePort(carrier) } })
  const edge = await edgeProcess(t, server, {
    DATABASE_URL: postgres.url,
    EDGE_NODES: nodesSetting([pbx, second.pbx]),
    EDGE_TEST_CALL_SECONDS: '2'
  })
  // An agent hears when a PBX has died under the call, and hangs up.
  for (const extension of agents) await network.number(`desk${extension}`, `answer|wait ${talkSeconds}|hangup`)
  await network.desks(
    agents.map(extension => ({ extension, password: logins.find(login => login.extension === extension)?.sipPassword ?? '' })),
    [second.pbx.config.sip])
  const networks = [network, second.network]
  // Who is rung back asks for a person.
  for (const one of networks) await one.anybody('answer|wait 1|press 1|wait 120|hangup')
  for (const extension of agents) await agent(network, extension).signsIn()
  await edge.says(/pbx1.*takes calls/)
  await edge.says(/pbx2.*takes calls/)
  const citizens: CitizenCall[] = []
  return {
    stack: { ...stack, node, postgres },
    pbxs: [pbx, second.pbx],
    edge,
    server,
    city,
    networks,
    agents,
    citizens,
    deaths: [],
    async dials (staysSeconds) {
      const number = `1390002${String(citizens.length).padStart(4, '0')}`
      citizens.push({
        number, staysSeconds, call: await city.dial({ from: number, to: '962000', script: `wait ${staysSeconds.toFixed(1)}|hangup` })
      })
    }
  }
}
