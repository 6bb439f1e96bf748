// What is known after the entries so far: facts, each under one key, which nobody changes.

export function find(facts, tag, key) {
  const known = facts.get(key);
  return known && known.fact === tag ? known : null;
}

export function make(tag, id, members) {
  return { fact: tag, key: `${tag}:${id}`, ...members };
}
