#!/usr/bin/env bash
# Builds stand-ins for the images that deploy/Dockerfile and deploy/compose.yaml name, under the same tags. A machine without an image
# registry builds and runs both files unmodified with them. Each contains real programs: Debian, Node.js, mongod with mongosh, and the
# OpenID provider of the tests in place of Keycloak. The Rust toolchain is not copied; the build mounts it.
#
#   CONTAINERS_STORAGE_CONF=… CONTAINERS_CONF=… MONGOD=… tests/deploy/containers/stand-ins/build.sh FOLDER
#
# FOLDER keeps the Debian system for the next run.
set -euo pipefail
# shellcheck source=scripts/lib/common.sh
source "$(dirname "$0")/../../../../scripts/lib/common.sh"
cd "$root"
folder=$1
export BUILDAH_ISOLATION=chroot

certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
system=$folder/debian
if [[ ! -e $folder/.complete ]]; then
  note "installing a Debian system for the stand-ins"
  rm -rf "$system"
  debootstrap --variant=minbase --include=ca-certificates,gcc,libc6-dev,libcurl4 bookworm "$system" >"$folder/debootstrap.log" 2>&1 ||
    die "The Debian system could not be installed. See $folder/debootstrap.log"
  touch "$folder/.complete"
fi

copy() { buildah copy --quiet "$@" >/dev/null; }
commit() { buildah commit --quiet --rm "$1" "$2" >/dev/null; }

tar -C "$system" --create . | podman import --quiet - localhost/debian >/dev/null

image=$(buildah from --pull-never localhost/debian)
# Packages come through whatever the machine trusts.
copy "$image" "$certificates" /etc/ssl/certs/ca-certificates.crt
buildah config --env CARGO_HOME=/usr/local/cargo --env PATH=/usr/local/rust/bin:/usr/local/bin:/usr/bin:/bin "$image"
commit "$image" docker.io/library/rust:1.95-bookworm

image=$(buildah from --pull-never localhost/debian)
copy "$image" "$(readlink -f "$(node -p process.execPath)")" /usr/local/bin/node
npm=$(readlink -f "$(command -v npm)")
copy "$image" "${npm%/bin/npm-cli.js}" /usr/local/lib/node_modules/npm
copy "$image" "$certificates" /etc/ssl/certs/ca-certificates.crt
buildah run "$image" -- ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
buildah config --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$image"
commit "$image" docker.io/library/node:24-bookworm-slim

# Only the libraries that distroless/cc has, and no shell.
rm -rf "$folder/runtime"
mkdir -p "$folder/runtime/"{etc/ssl/certs,tmp,usr/lib/x86_64-linux-gnu}
for library in ld-linux-x86-64.so.2 libc.so.6 libdl.so.2 libgcc_s.so.1 libm.so.6 libnss_dns.so.2 libnss_files.so.2 libpthread.so.0 libresolv.so.2 librt.so.1; do
  cp -L "$system/usr/lib/x86_64-linux-gnu/$library" "$folder/runtime/usr/lib/x86_64-linux-gnu/"
done
ln -s usr/lib "$folder/runtime/lib"
ln -s usr/lib/x86_64-linux-gnu "$folder/runtime/lib64"
cp "$certificates" "$folder/runtime/etc/ssl/certs/ca-certificates.crt"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$folder/runtime/etc/passwd"
image=$(buildah from scratch)
copy "$image" "$folder/runtime" /
buildah config --user 65532 --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$image"
commit "$image" gcr.io/distroless/cc-debian12:nonroot

image=$(buildah from --pull-never docker.io/library/node:24-bookworm-slim)
copy "$image" "$MONGOD" /usr/local/bin/mongod
copy "$image" tests/deploy/node_modules /opt/mongosh/node_modules
buildah run "$image" -- ln -s /opt/mongosh/node_modules/.bin/mongosh /usr/local/bin/mongosh
buildah run "$image" -- install -d -o 999 -g 999 /data/db /data/configdb
buildah config --volume /data/db --volume /data/configdb "$image"
commit "$image" docker.io/library/mongo:8.0

image=$(buildah from --pull-never docker.io/library/node:24-bookworm-slim)
copy "$image" tests/provider /opt/keycloak/provider
copy "$image" tests/deploy/containers/stand-ins/keycloak.mjs /opt/keycloak/keycloak.mjs
copy --chmod 0755 "$image" tests/deploy/containers/stand-ins/kc.sh /opt/keycloak/bin/kc.sh
buildah run "$image" -- install -d -o 1000 -g 0 /opt/keycloak/data/h2
buildah config --user 1000:0 "$image"
commit "$image" quay.io/keycloak/keycloak:26.4
