// Journeys of citizens, told once more with an edge between the carrier and the PBX. All of them, by hand:
// CITIZENS_COME_BY=edge npx tap test/journeys/inbound/*.test.ts
// One is another there: a blocked number is refused by the edge and hears no sentence (refused-at-the-edge.test.ts).
process.env.CITIZENS_COME_BY = 'edge'
await import('../inbound/names-survive-unchanged.test.ts')
await import('../inbound/the-duty-line-goes-first.test.ts')
await import('../inbound/a-transferred-call-stays-one-call.test.ts')
