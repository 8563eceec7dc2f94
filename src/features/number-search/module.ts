import type { Module } from '../../module.ts'
import { numberSearchRoutes, type NumberSearchOptions } from './number-search-routes.ts'

/** The search by a telephone number (查号码) through every feature that has one. */
export const numberSearchModule = (needs: NumberSearchOptions): Module => ({ name: 'number-search', routes: [numberSearchRoutes(needs)] })
