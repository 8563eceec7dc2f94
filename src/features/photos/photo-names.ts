export type PhotoSize = 'full' | 'small'

/** The two files of a photo below the photo folder. */
export const fileOf = (photo: string, size: PhotoSize): string => `${photo}${size === 'small' ? '-small' : ''}.jpg`
export const photoOfFile = (file: string): string => file.replace(/(-small)?\.jpg$/, '')
