# Sourced by the proofs: a bare Debian 12 in a folder, with this machine's way to the network.

# The address from which this machine gets its Debian packages; debootstrap's own where it is none.
base_mirror() {
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '$2 == "bookworm" && $3 == "main" { print $1; exit }'
}

# base_make FOLDER PACKAGES...: what debootstrap calls minimal, and those packages.
base_make() {
  local folder=$1 packages
  shift
  packages=$(IFS=, && echo "$*")
  # shellcheck disable=SC2046  # no mirror is no argument
  debootstrap --variant=minbase --include="$packages" bookworm "$folder" $(base_mirror)
  base_connect "$folder"
}

# Name resolution, package sources and certificate authorities as here.
base_connect() {
  local folder=$1
  cp -L /etc/resolv.conf /etc/hosts "$folder/etc/"
  if [ -n "$(base_mirror)" ]; then
    rm -f "$folder/etc/apt/sources.list"
    cp /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list \
      "$folder/etc/apt/sources.list.d/" 2>/dev/null || true
    apt-config dump | grep -E '^Acquire::https?::Proxy ' >"$folder/etc/apt/apt.conf.d/90proxy" || true
  fi
  mkdir -p "$folder/usr/local/share/ca-certificates"
  cp -r /usr/local/share/ca-certificates/. "$folder/usr/local/share/ca-certificates/"
  chroot "$folder" update-ca-certificates >/dev/null
}

# The environment of a machine that knows nothing but how to reach the network: NAME=VALUE lines.
base_environment() {
  echo HOME=/root
  echo PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  echo LANG=C.UTF-8
  env | grep -iE '^(https?_proxy|no_proxy)=' || true
  [ -z "$(ls -A /usr/local/share/ca-certificates)" ] ||
    echo NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
  local registry
  registry=$(npm config get registry 2>/dev/null || true)
  [ -z "$registry" ] || echo "npm_config_registry=$registry"
}
