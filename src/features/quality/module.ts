import type { Module } from '../../module.ts'
import { qualityRoutes } from './quality-routes.ts'
import { createQuality, type QualityOptions } from './quality.ts'

/** Grading recorded calls (质检). */
export function qualityModule (needs: QualityOptions): Module {
  return { name: 'quality', routes: [qualityRoutes({ quality: createQuality(needs) })] }
}
