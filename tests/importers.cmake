foreach(unit import_csv csv_place csv_split crs_placer bundle bundle_failing_allocations feature_batch field_set field_types geojson_geometry geojson_split geom_repair polygon_mend import import_crew import_edit import_failing_allocations import_ids import_info
        import_modes json_scan layer_name loose_type reject_list source_url tile_archive tile_clip)
  cassini_unit_test(test_${unit} USES importers)
endforeach()
cassini_failing_malloc(test_bundle_failing_allocations)
cassini_failing_malloc(test_import_failing_allocations)
# They share the names of their files.
set_tests_properties(unit/test_field_types unit/test_import_csv unit/test_import unit/test_import_crew unit/test_import_edit unit/test_import_failing_allocations unit/test_import_ids unit/test_import_info
                     unit/test_import_modes PROPERTIES RESOURCE_LOCK import)

add_executable(test_geojson_files unit/test_geojson_files.c)
target_link_libraries(test_geojson_files PRIVATE importers PkgConfig::CMOCKA)
add_test(NAME accept/geojson_files COMMAND test_geojson_files ${CASSINI_SHARED}
         WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
set_tests_properties(accept/geojson_files PROPERTIES LABELS accept TIMEOUT 120 RESOURCE_LOCK import
                     SKIP_RETURN_CODE 77)

foreach(unit mapping mapping_read record_reader)
  cassini_unit_test(test_${unit} USES importers)
endforeach()
set_tests_properties(unit/test_mapping PROPERTIES RESOURCE_LOCK import)

foreach(unit shapefile shapefile_rings shapefile_table)
  cassini_unit_test(test_${unit} USES importers)
endforeach()
set_tests_properties(unit/test_shapefile unit/test_shapefile_table PROPERTIES RESOURCE_LOCK import)

find_program(PYTHON3 python3)
if(CASSINI_GDAL)
  cassini_unit_test(test_import_gdal USES importers)
  set_tests_properties(unit/test_import_gdal PROPERTIES RESOURCE_LOCK import)
  add_test(NAME accept/gdal_files
           COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/gdal_files.py
                   $<TARGET_FILE:cassini> ${CASSINI_SHARED})
  set_tests_properties(accept/gdal_files PROPERTIES LABELS accept TIMEOUT 300 SKIP_RETURN_CODE 77)
  cassini_fuzz_target(fuzz_gdal USES importers)
endif()

cassini_fuzz_target(fuzz_csv USES importers)
cassini_fuzz_target(fuzz_bundle USES importers)
add_executable(test_mapping_files unit/test_mapping_files.c)
target_link_libraries(test_mapping_files PRIVATE importers PkgConfig::CMOCKA)
add_test(NAME accept/mapping_files COMMAND test_mapping_files ${CASSINI_SHARED}
         WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
set_tests_properties(accept/mapping_files PROPERTIES LABELS accept TIMEOUT 120 RESOURCE_LOCK import
                     SKIP_RETURN_CODE 77)

cassini_fuzz_target(fuzz_mapping USES importers)
cassini_fuzz_target(fuzz_mapping_file USES importers)
cassini_fuzz_target(fuzz_geojson USES importers)
cassini_fuzz_target(fuzz_dbf USES importers)
cassini_fuzz_target(fuzz_shapefile USES importers)
cassini_fuzz_target(fuzz_mbtiles USES importers)
cassini_fuzz_target(fuzz_pmtiles USES importers)

# The sample town is the same whoever compiled its program: a change of it is seen here, and blessed
# by writing the new sums.
add_test(NAME sample/town_is_the_same
         COMMAND sha256sum --check ${CMAKE_CURRENT_SOURCE_DIR}/golden/town.sha256
         WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/sample)
set_tests_properties(sample/town_is_the_same PROPERTIES LABELS cli FIXTURES_REQUIRED sample)

find_program(PYTHON3 python3)
cassini_unit_test(test_keep_failing_allocations USES importers)
cassini_failing_malloc(test_keep_failing_allocations)
set_tests_properties(unit/test_keep_failing_allocations PROPERTIES RESOURCE_LOCK import)

add_test(NAME accept/tile_files
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/tile_files.py
                 $<TARGET_FILE:cassini> ${CASSINI_SHARED})
set_tests_properties(accept/tile_files PROPERTIES LABELS accept TIMEOUT 300 SKIP_RETURN_CODE 77)
