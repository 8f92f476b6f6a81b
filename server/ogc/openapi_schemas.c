#include "server/ogc/openapi_schemas.h"

const struct openapi_schema openapi_schemas[] = {
    {"link", "{\"type\":\"object\",\"required\":[\"href\",\"rel\"],\"properties\":{\"href\":{\"typ"
             "e\":\"string\"},\"rel\":{\"type\":\"string\"},\"type\":{\"type\":\"string\"},\"title"
             "\":{\"type\":\"string\"},\"hreflang\":{\"type\":\"string\"},\"templated\":{\"type\":"
             "\"boolean\"}}}"},
    {"collection",
     "{\"type\":\"object\",\"required\":[\"id\",\"links\"],\"properties\":{\"id\":{\"type\""
     ":\"string\"},\"title\":{\"type\":\"string\"},\"description\":{\"type\":\"string\"},\""
     "keywords\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"attribution\":{\"t"
     "ype\":\"string\"},\"license\":{\"type\":\"string\"},\"extent\":{\"type\":\"object\","
     "\"properties\":{\"spatial\":{\"type\":\"object\",\"properties\":{\"bbox\":{\"type\":"
     "\"array\",\"minItems\":1,\"items\":{\"type\":\"array\",\"minItems\":4,\"maxItems\":4"
     ",\"items\":{\"type\":\"number\"}}},\"crs\":{\"type\":\"string\"}}},\"temporal\":{\"t"
     "ype\":\"object\",\"properties\":{\"interval\":{\"type\":\"array\",\"minItems\":1,\"i"
     "tems\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":2,\"items\":{\"type\":\"strin"
     "g\",\"format\":\"date-time\",\"nullable\":true}}},\"trs\":{\"type\":\"string\"}}}}},"
     "\"itemType\":{\"type\":\"string\"},\"crs\":{\"type\":\"array\",\"items\":{\"type\":\""
     "string\"}},\"dataType\":{\"type\":\"string\"},\"geometryType\":{\"type\":\"string\"}"
     ",\"geometryDimension\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":3},\"featureC"
     "ount\":{\"type\":\"integer\",\"minimum\":0},\"idField\":{\"type\":\"string\"},\"minZ"
     "oom\":{\"type\":\"integer\"},\"maxZoom\":{\"type\":\"integer\"},\"updated\":{\"type\""
     ":\"string\",\"format\":\"date-time\"},\"provenance\":{\"type\":\"array\",\"items\":{"
     "\"type\":\"object\"}},\"links\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/componen"
     "ts/schemas/link\"}}}}"},
    {"feature",
     "{\"type\":\"object\",\"required\":[\"type\",\"geometry\",\"properties\"],\"propertie"
     "s\":{\"type\":{\"type\":\"string\",\"enum\":[\"Feature\"]},\"id\":{\"oneOf\":[{\"typ"
     "e\":\"string\"},{\"type\":\"integer\"}]},\"geometry\":{\"type\":\"object\",\"nullabl"
     "e\":true},\"properties\":{\"type\":\"object\",\"nullable\":true},\"links\":{\"type\""
     ":\"array\",\"items\":{\"$ref\":\"#/components/schemas/link\"}}}}"},
    {"featureCollection",
     "{\"type\":\"object\",\"required\":[\"type\",\"features\"],\"properties\":{\"type\":{"
     "\"type\":\"string\",\"enum\":[\"FeatureCollection\"]},\"features\":{\"type\":\"array"
     "\",\"items\":{\"$ref\":\"#/components/schemas/feature\"}},\"links\":{\"type\":\"arra"
     "y\",\"items\":{\"$ref\":\"#/components/schemas/link\"}},\"timeStamp\":{\"type\":\"st"
     "ring\",\"format\":\"date-time\"},\"numberMatched\":{\"type\":\"integer\",\"minimum\""
     ":0},\"numberReturned\":{\"type\":\"integer\",\"minimum\":0}}}"},
    {"tileset",
     "{\"type\":\"object\",\"required\":[\"dataType\",\"crs\",\"links\"],\"properties\":{\""
     "title\":{\"type\":\"string\"},\"dataType\":{\"type\":\"string\"},\"crs\":{\"type\":\""
     "string\"},\"tileMatrixSetId\":{\"type\":\"string\"},\"tileMatrixSetURI\":{\"type\":\""
     "string\",\"format\":\"uri\"},\"tileMatrixSetLimits\":{\"type\":\"array\",\"items\":{"
     "\"type\":\"object\",\"required\":[\"tileMatrix\",\"minTileRow\",\"maxTileRow\",\"min"
     "TileCol\",\"maxTileCol\"],\"properties\":{\"tileMatrix\":{\"type\":\"string\"},\"min"
     "TileRow\":{\"type\":\"integer\",\"minimum\":0},\"maxTileRow\":{\"type\":\"integer\","
     "\"minimum\":0},\"minTileCol\":{\"type\":\"integer\",\"minimum\":0},\"maxTileCol\":{\""
     "type\":\"integer\",\"minimum\":0}}}},\"links\":{\"type\":\"array\",\"items\":{\"$ref"
     "\":\"#/components/schemas/link\"}}}}"},
    {"problem",
     "{\"type\":\"object\",\"required\":[\"status\",\"title\"],\"properties\":{\"type\":{\""
     "type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"}"
     ",\"detail\":{\"type\":\"string\"},\"instance\":{\"type\":\"string\"},\"code\":{\"typ"
     "e\":\"string\"},\"description\":{\"type\":\"string\"}}}"},
};

const size_t n_openapi_schemas = sizeof openapi_schemas / sizeof *openapi_schemas;
