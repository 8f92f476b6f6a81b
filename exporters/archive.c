#include "exporters/archive.h"

const struct archive_format *const archive_formats[] = {&archive_mbtiles, &archive_pmtiles, NULL};
