#!/bin/sh
# Puts mcdesk into the menu of this person's desktop, and into "Open with" of workbooks.
# With --remove, takes it out again. Nothing outside of $XDG_DATA_HOME is touched.
set -eu
folder=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}

remove() {
    (cd "$folder/share" && find . -type f) | while read -r file; do
        rm -f "$data/$file"
    done
}

add() {
    case $folder in
    *[\"\`\$\\%]*)
        echo "mcdesk: a desktop entry cannot name the folder $folder; move it to another one." >&2
        exit 2
        ;;
    esac
    (cd "$folder/share" && find . -type f) | while read -r file; do
        mkdir -p "$data/$(dirname -- "$file")"
        cp "$folder/share/$file" "$data/$file"
    done
    # sed takes | and & for signs of its own
    program=$(printf '%s' "$folder/mcdesk" | sed 's/[|&]/\\&/g')
    sed "s|@PROGRAM@|$program|" "$folder/share/applications/mcdesk.desktop" \
        >"$data/applications/mcdesk.desktop"
}

case ${1:-} in
"") add ;;
--remove) remove ;;
*)
    echo "mcdesk: the only option is --remove." >&2
    exit 2
    ;;
esac
# Each is there on most desktops, and does nothing but make the change seen at once.
if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$data/applications" || true; fi
if command -v update-mime-database >/dev/null; then update-mime-database "$data/mime" || true; fi
if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -qt "$data/icons/hicolor" || true; fi
