/** @throws RangeError unless a key is made of parts that are names in every file system and bucket, joined by "/" */
export function checkKey(key: string): void {
  for (const part of key.split("/"))
    if (!/^(?!\.{1,2}$)[0-9A-Za-z._-]{1,64}$/.test(part))
      throw new RangeError("a key is made of parts of letters, digits, ., _ and -, joined by /");
}
