import { importAreas } from '../../src/features/places/rules/import-areas.ts'
import { outlineOf, shapeOf } from '../../src/features/places/rules/shape.ts'
const ring = Array.from({ length: 60 }, (_, i) => [121.4 + 0.05 * Math.cos(i / 60 * 2 * Math.PI), 31.1 + 0.05 * Math.sin(i / 60 * 2 * Math.PI)])
ring.push(ring[0]!)
for (const n of [50, 100, 200, 400]) {
  const outline = () => outlineOf(shapeOf({ type: 'Polygon', coordinates: [ring] }))
  const areas = Array.from({ length: n }, (_, i) => ({ id: `B${i}`, level: 'block' as const, parentId: 'X', townId: null, name: 'x', validFrom: '2026-01-01', validTo: null, source: '', illustration: false, outline: outline() }))
  const at = performance.now()
  const plan = importAreas([], areas, { towns: new Set(), today: '2026-12-01' })
  console.log(n, 'ms', Math.round(performance.now() - at), 'faults', plan.faults.length, 'json bytes', JSON.stringify(plan.faults).length)
}
