/** What differs from one computer to the next. */
export interface UnitSettings {
  /** The user that the service runs as; its group has the same name. */
  readonly user: string;
  /** The site file, absolute. */
  readonly config: string;
  /** What is started, such as `/usr/bin/dinrail`; `run` and the site file follow. */
  readonly program: string;
}

export const UNIT_DEFAULTS: UnitSettings = {
  user: 'dinrail',
  config: '/etc/dinrail/gateway.yaml',
  program: '/usr/bin/dinrail',
};

/**
 * The unit of the service. There is no MemoryDenyWriteExecute, with which no JavaScript engine runs,
 * and no PrivateDevices, behind which there are no serial ports.
 */
export function unitFile({ user, config, program }: UnitSettings): string {
  return `[Unit]
Description=dinrail gateway
# Not when the network is complete: after a power cut the switch may be slower than we are, and we try again.
After=network.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=notify
# systemd-notify speaks for us: Node has no datagrams on Unix sockets.
NotifyAccess=all
ExecStart=${program} run ${config}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=2
WatchdogSec=30
TimeoutStartSec=60
TimeoutStopSec=15

User=${user}
Group=${user}
SupplementaryGroups=dialout
EnvironmentFile=-/etc/default/dinrail
StateDirectory=dinrail
StateDirectoryMode=0750
WorkingDirectory=/var/lib/dinrail
UMask=0027

AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
ProcSubset=pid
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_CAN AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
# Drivers must be there when the service starts: modules-load.d has them loaded.
DevicePolicy=closed
DeviceAllow=char-ttyUSB rw
DeviceAllow=char-ttyACM rw
DeviceAllow=char-ttyS rw
DeviceAllow=char-ttyAMA rw

[Install]
WantedBy=multi-user.target
`;
}

/** Who it runs as: see sysusers.d(5). */
export function sysusersFile(user: string): string {
  return `# The user of dinrail.service. Serial ports belong to the group dialout.
u ${user} - "dinrail gateway" /var/lib/dinrail
g dialout -
m ${user} dialout
`;
}

export const UDEV_RULES = `# Serial adapters of dinrail. Read again with: udevadm control --reload
SUBSYSTEM=="tty", KERNEL=="ttyUSB*|ttyACM*", GROUP="dialout", MODE="0660"
# An adapter of FTDI waits 16 ms for more before it hands on what has come: too long for short answers.
ACTION=="add", SUBSYSTEM=="usb-serial", DRIVER=="ftdi_sio", ATTR{latency_timer}="1"
# A name of your own, by the number of the adapter, or by the socket where it has none:
# SUBSYSTEM=="tty", ATTRS{idVendor}=="0403", ATTRS{serial}=="A10K1234", SYMLINK+="dinrail/rs232"
# SUBSYSTEM=="tty", ENV{ID_PATH}=="platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.3:1.0", SYMLINK+="dinrail/bus1"
`;

export const MODULES = `# Drivers of serial adapters, so that dinrail.service may use one that is plugged in later.
usbserial
ftdi_sio
ch341
cp210x
pl2303
cdc_acm
`;
