import { breakOff, dribble, send, type Answer, type Message, type Wire } from './wire.ts'

/** A system beside ours that reports orders, with the habit by which it gives trouble. */
export interface Neighbour {
  name: string
  /** its channel, and what its token is for besides `exchange` */
  channel: string
  purpose: 'orders' | 'city-12345' | 'police-110'
  habit: string
  /** version of the form it writes */
  version?: string
  /** hands these messages over in its way; it has an answer for each in the end */
  sends: (wire: Wire, messages: readonly Message[]) => Promise<Answer[]>
}

const inTurn = async <T, R>(items: readonly T[], one: (item: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = []
  for (const item of items) done.push(await one(item))
  return done
}

const straight: Neighbour['sends'] = async (wire, messages) => await inTurn(messages, async message => await send(wire, message))

/** The same message with a word changed, under the same id. */
const reworded = ({ id, body }: Message): Message => ({ id, body: String(body).replace('路灯不亮', '路灯坏了') })

/** The same content written anew: other bytes. */
const rewritten = ({ id, body }: Message): Message => {
  try {
    return { id, body: JSON.stringify(JSON.parse(String(body)), null, 2).replaceAll('\n', '\r\n') }
  } catch {
    return { id, body }
  }
}

/** Twelve neighbours of the sixty. */
export const neighbours: readonly Neighbour[] = [
  {
    name: 'city hotline',
    channel: 'CITY_12345',
    purpose: 'city-12345',
    habit: 'loses every answer and sends again',
    sends: async (wire, messages) => {
      await straight(wire, messages)
      return await straight(wire, messages)
    }
  },
  {
    name: 'police 110',
    channel: 'POLICE_110',
    purpose: 'police-110',
    habit: 'sends from two machines at the same moment',
    sends: async (wire, messages) => await inTurn(messages, async message => {
      const both = await Promise.all([send(wire, message), send(wire, message)])
      return both.find(({ status }) => status === 202) ?? both[0]
    })
  },
  {
    name: 'grid patrol',
    channel: 'GRID_PATROL',
    purpose: 'orders',
    habit: 'sends the newest first',
    sends: async (wire, messages) => (await straight(wire, messages.toReversed())).toReversed()
  },
  {
    name: 'mayor\'s mailbox',
    channel: 'MAYOR_MAILBOX',
    purpose: 'orders',
    habit: 'changes the words and keeps the id',
    sends: async (wire, messages) => await inTurn(messages, async message => {
      const first = await send(wire, message)
      if (String(message.body).includes('路灯不亮')) await send(wire, reworded(message))
      return first
    })
  },
  {
    name: 'video',
    channel: 'VIDEO',
    purpose: 'orders',
    habit: 'breaks off in the middle, then sends again',
    sends: async (wire, messages) => await inTurn(messages, async message => {
      await breakOff(wire, message)
      return await send(wire, message)
    })
  },
  {
    name: 'collection of information',
    channel: 'INFO_COLLECTION',
    purpose: 'orders',
    habit: 'sends a few bytes at a time',
    sends: async (wire, messages) => await inTurn(messages, async message => await dribble(wire, message))
  },
  {
    name: 'device alarms',
    channel: 'DEVICE_ALARM',
    purpose: 'orders',
    habit: 'has a clock an hour behind',
    sends: async (wire, messages) => await inTurn(messages, async message => await send(wire, message, { ahead: -3600 }))
  },
  {
    name: 'community patrol',
    channel: 'COMMUNITY_PATROL',
    purpose: 'orders',
    habit: 'has a clock four minutes ahead',
    sends: async (wire, messages) => await inTurn(messages, async message => await send(wire, message, { ahead: 240 }))
  },
  {
    name: 'media',
    channel: 'MEDIA',
    purpose: 'orders',
    habit: 'writes the message anew before it sends it again',
    sends: async (wire, messages) => await inTurn(messages, async message => {
      const first = await send(wire, message)
      await send(wire, rewritten(message))
      return first
    })
  },
  {
    name: 'mediation',
    channel: 'MEDIATION',
    purpose: 'orders',
    habit: 'signs by an old secret and by the new one',
    sends: async (wire, messages) => await inTurn(messages, async message =>
      await send(wire, message, { signature: good => `v1,${Buffer.alloc(32).toString('base64')} ${good}` }))
  },
  {
    name: 'street patrol',
    channel: 'STREET_JOINT',
    purpose: 'orders',
    habit: 'sends everything at once, five times',
    sends: async (wire, messages) => {
      const all = await Promise.all(Array.from({ length: 5 }, () => messages).flat().map(async message => await send(wire, message)))
      return all.slice(0, messages.length)
    }
  },
  {
    name: 'volunteers',
    channel: 'VOLUNTEER',
    purpose: 'orders',
    habit: 'writes an older form',
    version: '0',
    sends: straight
  }
]
