import type { Module } from '../../module.ts'
import { createCatalogueChanges, type CatalogueChangesContext } from './catalogue-changes.ts'
import { catalogueRoutes, type CatalogueRoutesOptions } from './catalogue-routes.ts'
import { createDispatchCatalogue, type CatalogueOptions, type DispatchCatalogue } from './catalogue.ts'

export type CatalogueNeeds = CatalogueOptions & Pick<CatalogueChangesContext, 'directory'> & Pick<CatalogueRoutesOptions, 'directory'>

/** Who is responsible for what (派单目录). */
export function catalogueModule (needs: CatalogueNeeds): Module & { catalogue: DispatchCatalogue } {
  const { db, clock, directory } = needs
  const catalogue = createDispatchCatalogue(needs)
  const changes = createCatalogueChanges({ clock, catalogue, directory })
  return { name: 'catalogue', catalogue, routes: [catalogueRoutes({ db, catalogue, changes, directory })] }
}
