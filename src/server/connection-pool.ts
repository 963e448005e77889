/** What the pool needs to know of a connection to choose one that goes. */
export interface PoolMember {
  /** Whole requests so far. */
  readonly requests: number;
  /** When its last request came, or it connected. */
  readonly activeAt: number;
}

/**
 * The connection that makes room for another: the oldest unused one, TCP guide section 4.2.1. One
 * that has never asked anything goes before any that has, so that a crowd of silent newcomers cannot
 * push out a client that polls.
 */
export function oldestIdle<Member extends PoolMember>(
  members: Iterable<Member>,
): Member | undefined {
  let oldest: Member | undefined;
  for (const member of members) {
    if (oldest === undefined || goesBefore(member, oldest)) oldest = member;
  }
  return oldest;
}

function goesBefore(one: PoolMember, other: PoolMember): boolean {
  const [asked, otherAsked] = [one.requests > 0, other.requests > 0];
  return asked === otherAsked ? one.activeAt < other.activeAt : !asked;
}
