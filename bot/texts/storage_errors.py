"""Errors of the database and of the storage for images. Those at start are read in a shell, the others in chats."""

from bot.errors import AdminError, Transient

# While Easel runs


def disk_full() -> AdminError:
    return AdminError(
        "Easel's disk is full, so nothing more can be stored.",
        hint="An admin has to free space on the data volume. Then try again.",
    )


def database_busy() -> Transient:
    return Transient("Easel's database is busy.")


def database_unreachable() -> Transient:
    return Transient("Easel's database cannot be reached.")


def database_silent() -> Transient:
    return Transient("Easel's database does not answer.")


def database_damaged() -> AdminError:
    return AdminError(
        "Easel's database is damaged.",
        hint="Stop Easel, then restore the file from a backup, or move it away to begin with an empty one.",
    )


def database_unusable() -> AdminError:
    return AdminError(
        "Easel's database cannot be opened, read or written.",
        hint="Check that the data directory exists, that Easel may write there, and that the disk is healthy.",
    )


def database_access_denied() -> AdminError:
    return AdminError(
        "PostgreSQL denies Easel access.",
        hint="Check user, password and database in EASEL_DATABASE_URL, and that the user may create tables there.",
    )


def images_unusable() -> AdminError:
    return AdminError(
        "The storage for images cannot be read or written.",
        hint="Check the permissions, and the disk or bucket, of EASEL_BLOBS_URL.",
    )


def images_unreachable() -> Transient:
    return Transient("The storage for images cannot be reached.")


# At start


def database_locked() -> AdminError:
    return AdminError(
        "Easel's database is locked by another program.",
        hint="Stop the other program, or give this Easel its own directory with EASEL_DATA_DIR.",
    )


def postgresql_unreachable() -> AdminError:
    return AdminError(
        "The PostgreSQL server cannot be reached.",
        hint="Check that it runs, and the host and port in EASEL_DATABASE_URL.",
    )


def already_running() -> AdminError:
    return AdminError(
        "Another Easel is already running on this data directory.",
        hint="Stop it first, or give this one its own with EASEL_DATA_DIR.",
    )


def written_by_newer() -> AdminError:
    return AdminError(
        "Easel's database was written by a newer version of Easel.",
        hint="Start the newer version again, or restore a backup from before the upgrade.",
    )


def question_mark_in_path() -> AdminError:
    return AdminError(
        "EASEL_DATABASE_URL has a question mark, where the path of an SQLite file would end.",
        hint="Write %3F for a question mark in the path, and %25 for a percent sign.",
    )


def not_a_database() -> AdminError:
    return AdminError(
        "EASEL_DATABASE_URL names no database that Easel knows.",
        hint="Write sqlite:////data/state.db (%3F for ? in the path, %25 for %) or postgresql://user:password@host/easel.",
    )


def images_cannot_open() -> AdminError:
    return AdminError(
        "The storage for images cannot be opened.",
        hint="EASEL_BLOBS_URL is like file:///data/blobs, s3://bucket/folder, gs://bucket or az://container; "
        "a folder must be writable, and the others need their usual credentials in the environment.",
    )


def query_in_storage_url() -> AdminError:
    return AdminError(
        "EASEL_BLOBS_URL has a # or a ?, which names of buckets and folders cannot have.",
        hint="Remove it and all that follows: images were always stored at the address before it.",
    )


def storage_of_another(owner_object: str) -> AdminError:
    return AdminError(
        "The storage for images belongs to another database.",
        hint="Give each Easel its own with EASEL_BLOBS_URL. If that database is gone for good, "
        f"remove {owner_object} from the storage; the images there stay.",
    )
