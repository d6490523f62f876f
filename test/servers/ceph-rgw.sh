#!/bin/bash
# A single-node Ceph (monitor, memory-backed OSD, S3 gateway) on loopback, as root, without systemd or containers.
# usage: ceph-rgw.sh start DIR S3PORT MONPORT | ceph-rgw.sh stop DIR
# Debian packages: ceph-mon ceph-osd radosgw ceph-common. Everything it starts has its process id in DIR/*.pid.
set -euo pipefail

command=$1
dir=${2:?a data folder}

stop() {
  local name signal
  for signal in TERM KILL; do
    for name in rgw osd mon; do
      [ -f "$dir/$name.pid" ] && kill "-$signal" "$(cat "$dir/$name.pid")" 2>/dev/null || true
    done
    [ "$signal" = TERM ] && sleep 1
  done
  return 0
}

if [ "$command" = stop ]; then
  stop
  exit 0
fi

s3_port=${3:?a port for S3}
mon_port=${4:?a port for the monitor}
trap stop ERR
rm -rf "$dir"
mkdir -p "$dir"/{mon,osd,run,log,rgw}
fsid=$(cat /proc/sys/kernel/random/uuid)

# The paxos intervals make changes of the map quick; without tcp_nodelay every answer waits 40 ms. An OSD that updates the
# map when it starts sometimes asks before it knows the cluster ("wrong fsid") and gives up.
cat > "$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = v1:127.0.0.1:$mon_port/0
mon initial members = a
ms bind msgr2 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
run dir = $dir/run
admin socket = $dir/run/\$cluster-\$name.asok
log file = $dir/log/\$name.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 2000
mon data avail crit = 1
mon data avail warn = 2
mon osd report timeout = 900
osd crush chooseleaf type = 0
osd class update on start = false
osd crush update on start = false
osd objectstore = memstore
memstore device bytes = 1073741824
osd memory target = 939524096
osd class load list = *
osd class default list = *
paxos propose interval = 0.02
paxos min wait = 0.01
[mon.a]
mon data = $dir/mon
[osd.0]
osd data = $dir/osd
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$s3_port tcp_nodelay=1
rgw data = $dir/rgw
rgw thread pool size = 32
rgw num rados handles = 1
rgw run sync thread = false
rgw enable usage log = false
rgw gc max objs = 1
rgw lc max objs = 1
rgw override bucket index max shards = 1
rgw reshard num logs = 1
rgw md log max shards = 1
rgw data log num shards = 1
rgw usage max shards = 1
rgw objexp hints num shards = 1
CONF
export CEPH_CONF=$dir/ceph.conf

monmaptool --create --fsid "$fsid" --addv a "v1:127.0.0.1:$mon_port" "$dir/monmap" >/dev/null
ceph-mon --mkfs -i a --monmap "$dir/monmap"
ceph-mon -f -i a >"$dir/log/mon.out" 2>&1 &
echo $! > "$dir/mon.pid"

osd_uuid=$(cat /proc/sys/kernel/random/uuid)
timeout 30 ceph osd new "$osd_uuid" 0 >/dev/null
ceph-osd -i 0 --mkfs --osd-uuid "$osd_uuid" >"$dir/log/osd-mkfs.out" 2>&1
ceph-osd -f -i 0 >"$dir/log/osd.out" 2>&1 &
echo $! > "$dir/osd.pid"
timeout 30 ceph osd crush add osd.0 1.0 root=default host=localhost >/dev/null 2>&1 || true

# Two accounts, so that one can grant to the other.
timeout 30 radosgw-admin -n client.rgw user create --uid=owner --display-name=owner \
  --access-key=OWNER --secret-key=OWNERSECRET >/dev/null
timeout 30 radosgw-admin -n client.rgw user create --uid=guest --display-name=guest \
  --access-key=GUEST --secret-key=GUESTSECRET >/dev/null
for class in STANDARD_IA GLACIER; do
  timeout 30 radosgw-admin -n client.rgw zonegroup placement add --rgw-zonegroup default \
    --placement-id default-placement --storage-class $class >/dev/null
  timeout 30 radosgw-admin -n client.rgw zone placement add --rgw-zone default \
    --placement-id default-placement --storage-class $class --data-pool default.rgw.buckets.data >/dev/null
done
radosgw -f -n client.rgw >"$dir/log/rgw.out" 2>&1 &
echo $! > "$dir/rgw.pid"

for _ in $(seq 1 600); do
  (exec 3<>"/dev/tcp/127.0.0.1/$s3_port") 2>/dev/null && exit 0
  kill -0 "$(cat "$dir/rgw.pid")"
  sleep 0.1
done
echo "radosgw does not listen; see $dir/log" >&2
stop
exit 1
