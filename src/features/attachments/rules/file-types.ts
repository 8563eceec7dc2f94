/** Kinds of files an order may have. A picture of any kind is kept as JPEG. */
export const attachmentTypes = ['pdf', 'jpeg', 'docx', 'xlsx', 'mp3', 'wav', 'mp4', 'txt'] as const
export type AttachmentType = typeof attachmentTypes[number]

/** What the bytes may be besides: pictures that are encoded again. */
export type SentType = AttachmentType | 'png' | 'webp'

/** Endings of a name, in small letters; the first is the one it is kept with. */
export const endingsOf: Readonly<Record<SentType, readonly [string, ...string[]]>> = {
  pdf: ['pdf'],
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  webp: ['webp'],
  docx: ['docx'],
  xlsx: ['xlsx'],
  mp3: ['mp3'],
  wav: ['wav'],
  mp4: ['mp4', 'm4v'],
  txt: ['txt']
}

export const isPicture = (type: SentType): type is 'jpeg' | 'png' | 'webp' => type === 'jpeg' || type === 'png' || type === 'webp'

/** Media type of a download. */
export const mediaTypeOf: Readonly<Record<AttachmentType, string>> = {
  pdf: 'application/pdf',
  jpeg: 'image/jpeg',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  txt: 'text/plain; charset=utf-8'
}

/** Why a file stays out. */
export const fileRefusals = [
  'fileName', // 文件名: no name, no ending, a path, or signs that turn the reading direction
  'fileEmpty', // 空文件
  'fileUnknown', // 不收这种文件: no ending of the list
  'fileOtherContent', // 名实不符: the bytes are not what the name says
  'fileBroken', // 文件不完整
  'fileEncrypted', // 加密
  'fileMacros', // 含宏或脚本
  'fileBehind', // 夹带: another file stands in it or behind it
  'fileTooMuch' // 解开后过大
] as const
export type FileRefusal = typeof fileRefusals[number]
