/** A column's name from its property's: `order_id` from `orderId`. */
export const columnName = (property: string): string => property.replace(/[A-Z]/g, c => `_${c.toLowerCase()}`)
