#include "tests/unit/unit.h"

#include "base/crs.h"
#include "base/mem.h"

#include <string.h>

#define GCS_RGF93                                                                                  \
    "GEOGCS[\"GCS_RGF_1993\",DATUM[\"D_RGF_1993\",SPHEROID[\"GRS_1980\",6378137.0,298.257222101]]" \
    ",PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]"
#define GCS_WGS84                                                                                  \
    "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]]" \
    ",PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]"
#define LAMBERT(name, easting)                                                                     \
    "PROJCS[\"" name "\"," GCS_RGF93 ",PROJECTION[\"Lambert_Conformal_Conic\"],"                   \
    "PARAMETER[\"False_Easting\"," easting "],PARAMETER[\"False_Northing\",6600000.0],"            \
    "PARAMETER[\"Central_Meridian\",3.0],PARAMETER[\"Standard_Parallel_1\",49.0],"                 \
    "PARAMETER[\"Standard_Parallel_2\",44.0],PARAMETER[\"Latitude_Of_Origin\",46.5],"              \
    "UNIT[\"Meter\",1.0]]"

static void a_crs_in_words_of_its_own_gets_its_code(void **state)
{
    static const struct {
        const char *wkt;
        int32_t epsg;
    } cases[] = {
        {GCS_WGS84, 4326},
        {LAMBERT("RGF_1993_Lambert_93", "700000.0"), 2154},
        {"GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],"
         "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433],AUTHORITY[\"EPSG\","
         "\"4326\"]]",
         4326},
        {"PROJCS[\"WGS_1984_Web_Mercator_Auxiliary_Sphere\"," GCS_WGS84
         ",PROJECTION[\"Mercator_Auxiliary_Sphere\"],PARAMETER[\"False_Easting\",0.0],"
         "PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",0.0],"
         "PARAMETER[\"Standard_Parallel_1\",0.0],PARAMETER[\"Auxiliary_Sphere_Type\",0.0],"
         "UNIT[\"Meter\",1.0]]",
         3857},
        {"GEOGCRS[\"WGS 84\",DATUM[\"World Geodetic System 1984\",ELLIPSOID[\"WGS 84\",6378137,"
         "298.257223563]],CS[ellipsoidal,2],AXIS[\"latitude\",north],AXIS[\"longitude\",east],"
         "ANGLEUNIT[\"degree\",0.0174532925199433]]",
         4326},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        int32_t epsg = 0;
        assert_ok(crs_from_wkt(span_of(cases[i].wkt), &epsg, &err));
        assert_int_equal(epsg, cases[i].epsg);
    }
}

static void what_is_none_of_epsgs_is_named(void **state)
{
    struct err err = {0};
    int32_t epsg = 7;
    (void)state;
    assert_fails(crs_from_wkt(span_of(LAMBERT("Our_Own_Lambert", "123456.0")), &epsg, &err),
                 UNSUPPORTED, "'Our_Own_Lambert' is none of EPSG's");
    assert_fails(crs_from_wkt(span_of("LOCAL_CS[\"site grid\"]"), &epsg, &err), UNSUPPORTED,
                 "'site grid'");
    assert_int_equal(epsg, 7);
}

static void what_is_no_wkt_is_refused(void **state)
{
    struct err err = {0};
    int32_t epsg = 7;
    char *longest = mem_new(1, CRS_WKT_BYTES + 1);
    (void)state;
    assert_fails(crs_from_wkt(span_of(""), &epsg, &err), BAD_DATA, "no coordinate reference");
    assert_fails(crs_from_wkt(span_of("GEOGCS[\"cut"), &epsg, &err), BAD_DATA, "in WKT");
    assert_fails(crs_from_wkt((struct span){"\0\1\2", 3}, &epsg, &err), BAD_DATA, "in WKT");
    assert_fails(crs_from_wkt(span_of("SPHEROID[\"GRS_1980\",6378137,298.257222101]"), &epsg, &err),
                 BAD_DATA, "in WKT");
    assert_non_null(longest);
    memset(longest, '[', CRS_WKT_BYTES + 1);
    assert_fails(crs_from_wkt((struct span){longest, CRS_WKT_BYTES + 1}, &epsg, &err), LIMIT, "");
    mem_free(longest);
    assert_int_equal(epsg, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crs_in_words_of_its_own_gets_its_code),
        cmocka_unit_test(what_is_none_of_epsgs_is_named),
        cmocka_unit_test(what_is_no_wkt_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
