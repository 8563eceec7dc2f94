import { until } from '../../../../src/servers/until.ts'
import { headerOf } from '../stand-in/messages.ts'
import type { Fact, SrfRequest } from './world.ts'

/** Requests a client sends of its own. */
export const ownFacts: readonly Fact[] = [
  {
    name: 'OPTIONS to a port where nobody listens is 503 at once',
    async play ({ client }) {
      const { srf } = await client()
      const sent = performance.now()
      const status = await new Promise<number>((resolve, reject) => {
        srf.request('sip:127.0.0.1:9', { method: 'OPTIONS' }, (error, request) => {
          if (request) request.on('response', answer => { resolve(answer.status) })
          else reject(error ?? new Error('nothing was sent'))
        })
      })
      return [status, performance.now() - sent < 5000]
    },
    seen: [503, true]
  },
  {
    name: 'a client may call: the call has a Contact, each answer but 100 is told, and a refusal is acknowledged by the server',
    async play ({ client, first, uriOf, server }) {
      const { srf } = await client()
      const heard: number[] = []
      srf.request(uriOf(first), { method: 'INVITE', body: 'v=0\r\n', headers: { From: '<sip:test@localhost>' } }, (_, request) => {
        request?.on('response', ({ status }) => { heard.push(status) })
      })
      const asked = await first.asked('INVITE')
      for (const status of [100, 180, 410]) first.answer(asked, status)
      await first.asked('ACK')
      await until(() => heard.includes(410), { what: 'the client is told' })
      const { message } = asked
      const address = `${server.sip.host}:${server.sip.port}`
      return {
        asked: [headerOf(message, 'Contact') === `<sip:${address}>`, headerOf(message, 'From').startsWith(`<sip:test@${address}>`)],
        body: [headerOf(message, 'Content-Type'), message.body],
        heard,
        node: first.methods()
      }
    },
    seen: { asked: [true, true], body: ['application/sdp', 'v=0\r\n'], heard: [180, 410], node: ['INVITE', 'ACK'] }
  },
  {
    name: 'a client may give up its call, before the first answer too: the CANCEL waits for that one',
    async play ({ client, first, uriOf }) {
      const { srf } = await client()
      const heard: number[] = []
      const request = await new Promise<SrfRequest>((resolve, reject) => {
        srf.request(uriOf(first), { method: 'INVITE', body: 'v=0\r\n' }, (error, sent) => {
          if (sent) resolve(sent)
          else reject(error ?? new Error('nothing was sent'))
        })
      })
      request.on('response', ({ status }) => { heard.push(status) })
      const asked = await first.asked('INVITE')
      const told = await new Promise<string>(resolve => { request.cancel(error => { resolve(error === null ? 'sent' : String(error)) }) })
      const before = first.methods().filter(method => method === 'CANCEL').length
      first.answer(asked, 180)
      first.answer(await first.asked('CANCEL'), 200)
      first.answer(asked, 487)
      await first.asked('ACK')
      await until(() => heard.includes(487), { what: 'the client is told' })
      return [told, before, heard, first.methods().filter(method => method !== 'INVITE')]
    },
    seen: ['sent', 0, [180, 487], ['CANCEL', 'ACK']]
  },
  {
    name: 'a client may send OPTIONS; it is told what was sent and the answer, and cannot ask the server itself',
    async play ({ client, first, uriOf, own }) {
      const { srf } = await client()
      const itself = await new Promise<string>(resolve => { srf.request(own, { method: 'OPTIONS' }, e => { resolve(e?.message ?? '') }) })
      const heard = new Promise<number>((resolve, reject) => {
        srf.request(uriOf(first), { method: 'OPTIONS', headers: { 'X-Asks': 'edge' } }, (error, request) => {
          if (request) request.on('response', ({ status }) => { resolve(status) })
          else reject(error ?? new Error('nothing was sent'))
        })
      })
      const asked = await first.asked('OPTIONS')
      first.answer(asked, 200)
      return [itself, headerOf(asked.message, 'X-Asks'), await heard]
    },
    seen: ['can not send request to myself', 'edge', 200]
  }
]
