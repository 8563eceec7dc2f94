import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sampleAreas, samplePlaceNames } from '../../district/draw-sample-areas.ts'
import { readDistrict, sampleFolder } from '../../district/read-district.ts'

const { placeNames } = readDistrict()
writeFileSync(join(sampleFolder, 'areas.json'), sampleAreas())
writeFileSync(join(sampleFolder, 'place-names.csv'), samplePlaceNames(placeNames))
console.log(`written: areas.json and place-names.csv in ${sampleFolder}`)
