#!/usr/bin/env bash
# Installs what tests/lab and tests/browser need from Debian, and lets apt start none of it.
# INN, the news server, is unpacked into a folder of its own beside it.
# Does nothing, quickly, when everything is there. Run it as root on Debian 12.
set -euo pipefail

packages=(dovecot-imapd dovecot-pop3d dovecot-lmtpd postfix chromium fonts-dejavu-core)
# What INN is linked with. INN itself is only unpacked: its package wants a cron, and a machine with a domain name.
packages+=(libcanlock3 libdb5.3 libperl5.36 libpython3.11 libsasl2-2)
unpacked=(inn2 inn2-inews)
news=/usr/local/lib/mailroom-lab/news
policy=/usr/sbin/policy-rc.d

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v apt-get >/dev/null; then
    echo "The mail lab needs Debian's packages ${packages[*]}; this system has no apt-get." >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
done
[ -x "$news/usr/lib/news/bin/nnrpd" ] || missing+=("${unpacked[@]}")
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Missing: ${missing[*]}. This command installs them:" >&2
    echo "    sudo $0" >&2
    exit 1
fi

# While policy-rc.d says 101, maintainer scripts start no service. It is put back as it was, also on failure.
saved=$(mktemp -d)
put_back() {
    rm -f "$policy"
    if [ -e "$saved/policy-rc.d" ] || [ -L "$saved/policy-rc.d" ]; then
        mv "$saved/policy-rc.d" "$policy"
    fi
    rm -rf "$saved"
}
trap put_back EXIT
trap 'exit 130' INT TERM HUP
if [ -e "$policy" ] || [ -L "$policy" ]; then
    mv "$policy" "$saved/policy-rc.d"
fi
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
echo "Installing for the mail lab: ${missing[*]}"
for package in "${missing[@]}"; do
    # The lab brings its own configuration; the system's Postfix gets none and so never runs.
    if [ "$package" = postfix ]; then
        echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    fi
done
apt-get update -qq
install=()
for package in "${missing[@]}"; do
    case " ${unpacked[*]} " in
    *" $package "*) ;;
    *) install+=("$package") ;;
    esac
done
[ ${#install[@]} -eq 0 ] || apt-get install -y -qq --no-install-recommends "${install[@]}"

if ! [ -x "$news/usr/lib/news/bin/nnrpd" ]; then
    archives=$(mktemp -d "$saved/archives.XXXX")
    chmod 711 "$saved"
    chown _apt "$archives"
    (cd "$archives" && apt-get download -qq "${unpacked[@]}")
    rm -rf "$news.new"
    mkdir -p "$news.new"
    for archive in "$archives"/*.deb; do
        dpkg-deb -x "$archive" "$news.new"
    done
    chmod 755 "$news.new"
    rm -rf "$news"
    mv "$news.new" "$news"
fi

# Nor shall a service start with the next boot only because somebody ran the tests.
if [ -d /run/systemd/system ]; then
    for service in dovecot postfix; do
        case " ${missing[*]} " in
        *" $service"*) systemctl disable --quiet "$service" || true ;;
        esac
    done
fi
