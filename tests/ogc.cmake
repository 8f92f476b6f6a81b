# What each URL means: units, HTTP cases as data, and what independent clients and schemas say.
foreach(unit meets ogc_failing_allocations style_template tile_limits world write_geojson)
  cassini_unit_test(test_${unit} USES ogc)
endforeach()

cassini_failing_malloc(test_ogc_failing_allocations)

find_program(PYTHON3 python3)
foreach(cases drawing empty features grids kept mapping tiles)
  add_test(NAME http/${cases}
           COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/http/run_cases.py
                   $<TARGET_FILE:cassini> ${CMAKE_CURRENT_SOURCE_DIR}/http/${cases}.case)
  set_tests_properties(http/${cases} PROPERTIES LABELS http TIMEOUT 300)
endforeach()

add_test(NAME http/live
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/http/live.py $<TARGET_FILE:cassini>)
set_tests_properties(http/live PROPERTIES LABELS http TIMEOUT 300)

add_test(NAME http/single_flight
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/http/single_flight.py
                 $<TARGET_FILE:cassini>)
set_tests_properties(http/single_flight PROPERTIES LABELS http TIMEOUT 300)

add_test(NAME accept/gdal_oapif
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_SOURCE_DIR}/accept/gdal_oapif.py
                 $<TARGET_FILE:cassini> ${CASSINI_SHARED})
set_tests_properties(accept/gdal_oapif PROPERTIES LABELS accept TIMEOUT 300 SKIP_RETURN_CODE 77)

# Validators and a client in the manner of OGC's suites, in a folder beside their packages.
set(ogc_check ${CMAKE_CURRENT_BINARY_DIR}/ogc_check)
cassini_npm(SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/accept/ogc INTO ${ogc_check})
add_custom_target(ogc_check_packages ALL DEPENDS ${ogc_check}/installed)
foreach(file schemas server suites)
  configure_file(accept/ogc/${file}.mjs ${ogc_check}/${file}.mjs COPYONLY)
endforeach()

find_program(NODE NAMES node nodejs REQUIRED)
add_test(NAME http/suites
         COMMAND ${NODE} ${ogc_check}/suites.mjs $<TARGET_FILE:cassini>
                 ${CMAKE_CURRENT_SOURCE_DIR}/data)
set_tests_properties(http/suites PROPERTIES LABELS http TIMEOUT 300)
add_test(NAME accept/ogc_schemas
         COMMAND ${NODE} ${ogc_check}/schemas.mjs $<TARGET_FILE:cassini>
                 ${CMAKE_CURRENT_SOURCE_DIR}/data ${CASSINI_SHARED})
set_tests_properties(accept/ogc_schemas PROPERTIES LABELS accept TIMEOUT 300 SKIP_RETURN_CODE 77)
