import { Spin } from 'antd'
import { lazy, Suspense, type ComponentProps, type ReactNode } from 'react'

const DistrictMap = lazy(async () => await import('./district-map.tsx'))

/** The map, loaded once somebody looks at one. */
export const LazyMap = (props: ComponentProps<typeof DistrictMap>): ReactNode =>
  <Suspense fallback={<Spin />}><DistrictMap {...props} /></Suspense>
